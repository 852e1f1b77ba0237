import type { IncomingHttpHeaders } from 'node:http';
import { OWN_AGENT } from '../../operations/index.ts';

/**
 * A message in the API's names instead of the command line's options. The program's own client gets
 * it unchanged, because it shows it on a command line.
 */
export function inApiWords(message: string, { 'user-agent': agent }: IncomingHttpHeaders): string {
  if (agent === OWN_AGENT) return message;
  return (
    message
      .replace(/"plans" lists/g, 'GET /api/plans lists')
      .replace(/"show (\d+)"/g, 'GET /api/plans/$1')
      .replace(
        /"approve (\d+)" or "refuse \1 --why TEXT"/g,
        'POST /api/approvals/$1/approve or /refuse',
      )
      .replace(/"settle (\d+) --undo" takes/g, 'POST /api/orders/$1/settle with undo takes')
      .replace(/"strays ([^" ]+)"/g, 'GET /api/accounts/$1/strays')
      .replace(/"lost ([^" ]+)" shows how/g, 'POST /api/accounts/$1/lost-plans')
      .replace(/"lost ([^" ]+)"/g, 'GET /api/accounts/$1/lost-plans')
      .replace(/"approvals" lists/g, 'GET /api/approvals lists')
      .replace(/ The command "numbering Texas" lists [^.]*\./g, '')
      .replace(/"start (\d+)"/g, 'POST /api/plans/$1/start?yes=true')
      .replace(/"retry (\d+)"/g, 'POST /api/plans/$1/retry')
      .replace(/"reconcile" reads it again; otherwise/g, 'Otherwise')
      .replace(/Without a terminal to ask on, say/g, 'Say')
      .replace(/leave --attempt out/g, 'name "takenBackAt"')
      // What the query says.
      .replace(/--(yes|again)\b/g, '?$1=true')
      .replace(/--accept-warnings\b/g, '?acceptWarnings=true')
      // An option, and what is written for its value, such as N,N or NAME.
      .replace(/--([a-z]+(?:-[a-z]+)*)(?: [A-Z][A-Z,]*\b)?/g, (_, option: string) => {
        const field = option.replace(/-([a-z])/g, (__, letter: string) => letter.toUpperCase());
        return `"${field}"`;
      })
  );
}
