/** Fields of answers as servers, proxies and networks send them, which say nothing of an order. */
const TEXT = `nginx
Server: nginx/1.25.3
Date: ${new Date().toUTCString()}
Content-Type: text/xml; charset=UTF-8
Connection: close
Vary: Accept-Encoding, X-Order-Id
X-Upstream-Status: 200

Apache with PHP
Server: Apache/2.4.57 (Debian) OpenSSL/3.0.11
X-Powered-By: PHP/8.2.7
Set-Cookie: PHPSESSID=3k2j; path=/orders; secure
Expires: Thu, 19 Nov 1981 08:52:00 GMT
Cache-Control: no-store, no-cache, must-revalidate
Pragma: no-cache
Keep-Alive: timeout=5, max=100
Accept-Ranges: bytes
Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT
ETag: W/"2a-part-1"

IIS
Server: Microsoft-IIS/10.0
X-AspNet-Version: 4.0.30319
X-AspNetMvc-Version: 5.2
X-Powered-By: ASP.NET
X-UA-Compatible: IE=edge
Persistent-Auth: true
Request-Context: appId=cid-v1:8f2

Cloudflare
Server: cloudflare
CF-Ray: 8f2345678901c1d2-FRA
CF-Cache-Status: DYNAMIC
CF-IPCountry: US
NEL: {"success_fraction":0,"report_to":"cf-nel","max_age":604800}
Report-To: {"endpoints":[{"url":"https://a.nel/report?s=order"}],"group":"cf-nel"}
Alt-Svc: h3=":443"; ma=86400
Server-Timing: cfL4;desc="?proto=TCP&rtt=1&lost=0", total;dur=12

Akamai
X-Akamai-Transformed: 9 1234 0 pmb=mRUM,1
Akamai-GRN: 0.1a2b3c4d.1700000000.12345678
X-Check-Cacheable: NO
X-Cache: TCP_MISS from a23-1.deploy.akamaitechnologies.com
X-Cache-Key: /L/1/orders/hit

CloudFront
Via: 1.1 3f2a.cloudfront.net (CloudFront), 1.1 gateway
X-Cache: Miss from cloudfront
X-Amz-Cf-Pop: FRA56-P2
X-Amz-Cf-Id: sDc-2r_XzY7Q==
Age: 0

a balancer of AWS
Server: awselb/2.0
X-Amzn-RequestId: 7c1e5b1a-0000-4a4e-9f5b-2839201938ab
X-Amzn-Trace-Id: Root=1-65a0b1c2-0123456789abcdef01234567
X-Amz-Apigw-Id: RkQ2HEXAMPLE=
X-Amzn-ErrorType: TooManyRequestsException

Fastly and Varnish
X-Served-By: cache-fra-etou8220099-FRA, backend-3
X-Cache: MISS, MISS
X-Cache-Hits: 0, 0
X-Timer: S1700000000.123456,VS0,VE12
X-Varnish: 32770

Express
X-Powered-By: Express
Strict-Transport-Security: max-age=31536000; includeSubDomains
Content-Security-Policy: default-src 'self'; report-uri /orders/accepted
X-Content-Type-Options: nosniff
X-Frame-Options: SAMEORIGIN
X-DNS-Prefetch-Control: off
X-Permitted-Cross-Domain-Policies: none
Cross-Origin-Opener-Policy: same-origin
Referrer-Policy: no-referrer
Access-Control-Expose-Headers: X-Order-Id, X-Total-Count
X-Response-Time: 12ms

Tomcat and Spring
Content-Language: en-US
X-XSS-Protection: 0
X-Application-Context: api:prod
X-Correlation-ID: 2839201938
X-B3-TraceId: 80f198ee56343ba864fe8b2a57d3eff7
Traceparent: 00-80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-01

Rails
Status: 200 OK
X-Request-Id: 7c1e5b1a-6e5e-4a4e-9f5b-2839201938ab
X-Runtime: 0.012345
X-Rack-Cache: miss
X-Build-Number: 1701
X-Mod-Pagespeed: 1.13
X-Page-Speed: 1.13

Envoy and Kong
Server: envoy
X-Envoy-Upstream-Service-Time: 12
X-Kong-Upstream-Latency: 3
X-Kong-Proxy-Latency: 1
X-Backend-Server: backend-2

a limit of rate
X-RateLimit-Limit: 100
X-RateLimit-Remaining: 99
X-RateLimit-Reset: 1700000000
X-Rate-Limit-Remaining-Orders: 3
X-Rate-Limit-Limit: 100
RateLimit: "orders";r=50;t=30
RateLimit-Policy: "orders";q=100;w=60;part=1
X-Quota-Remaining: 7
X-Requests-Remaining: 7
X-Throttle-Count: 3

a site
Link: </border.css>; rel=preload; as=style
Cache-Control: max-age=0, stale-while-revalidate=30
Accept-CH: Sec-CH-UA
Permissions-Policy: payment=(self)
P3P: CP="CUR OUR IND PUR"
X-Account-Id: 7
X-Plan-Limit: 7
X-Next-Cache: MISS
X-White-Cache: none
X-Action: numbers.order`;

export const USUAL_HEADS: [from: string, fields: string[]][] = TEXT.split('\n\n').map((head) => {
  const [from = '', ...fields] = head.split('\n');
  return [from, fields];
});
