import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

type Cost = { N: number; r: number; p: number; maxmem: number };
const derive = promisify<string, Buffer, number, Cost, Buffer>(scrypt);

/** Each guess takes 32 MiB and about a fifth of a second. */
const COST = { ln: 15, r: 8, p: 3 };
const KEY_BYTES = 32;
/** A stored hash must not cost the server more time or memory than this. */
const MOST = { ln: 17, r: 8, p: 4 };

const PATTERN = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]{16,64})\$([\w+/]{43})$/;

/** The hash of a password with a salt of its own, as text in the form of PHC. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES, options(COST));
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(key)}`;
}

/** Whether it is the hash of a password, at a cost that a server can bear. */
export const isPasswordHash = (text: string): boolean => read(text) !== null;

/**
 * Whether the hash is of that password. A wrong password takes as long as a right one. So does a
 * name without a hash: the time tells nobody which names there are.
 */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const stored = hash === undefined ? null : read(hash);
  const { cost, salt, key } = stored ?? NOBODY;
  const given = await derive(password, salt, KEY_BYTES, options(cost));
  return timingSafeEqual(given, key) && stored !== null;
}

const NOBODY = { cost: COST, salt: randomBytes(16), key: randomBytes(KEY_BYTES) };

function read(text: string) {
  const [, ln, r, p, salt = '', key = ''] = PATTERN.exec(text) ?? [];
  if (ln === undefined) return null;
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const isBearable =
    cost.ln >= 10 && cost.ln <= MOST.ln && cost.r >= 1 && cost.r <= MOST.r && cost.p >= 1;
  if (!isBearable || cost.p > MOST.p) return null;
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

function options({ ln, r, p }: typeof COST): Cost {
  const N = 2 ** ln;
  return { N, r, p, maxmem: 256 * N * r };
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
