import { isTollFree, type NumberType } from '../number-type.ts';

/** The part of an order that says which numbers it can have bought. */
export type AskedNumbers = {
  type: NumberType;
  areaCode: string | null;
  distance: number | null;
  allowOverlay: boolean | null;
};

/** All that an order of a plan asks for, except how many. */
export type Wish = AskedNumbers & {
  plan: number;
  fillQuantity: boolean;
  cleansedOnly: boolean | null;
  smsSupported: boolean | null;
  orderSlot: boolean | null;
};

/** The same text for interchangeable orders: any of them may get the numbers of another one. */
export function wishOf(wish: Wish): string {
  const { plan, type, areaCode, distance, allowOverlay } = wish;
  const { fillQuantity, cleansedOnly, smsSupported, orderSlot } = wish;
  return JSON.stringify([
    ...[plan, type, areaCode, distance, allowOverlay],
    ...[fillQuantity, cleansedOnly, smsSupported, orderSlot],
  ]);
}

/** Area codes of toll-free numbers. */
export const TOLL_FREE = new Set(['800', '833', '844', '855', '866', '877', '888']);

/** Whether an order can have bought a number. With overlay or distance, any local number fits. */
export function fits(asked: AskedNumbers, number: string): boolean {
  const code = number.slice(0, 3);
  switch (asked.type) {
    case 'tollfree':
      return TOLL_FREE.has(code);
    case 'true800':
      return code === '800';
    default:
      return roams(asked) ? !TOLL_FREE.has(code) : number.startsWith(asked.areaCode ?? '');
  }
}

/** Whether two orders could have bought the same number. */
export function compete(one: AskedNumbers, other: AskedNumbers): boolean {
  if (isTollFree(one.type) !== isTollFree(other.type)) return false;
  if (isTollFree(one.type) || roams(one) || roams(other)) return true;
  const [a, b] = [one.areaCode ?? '', other.areaCode ?? ''];
  return a.startsWith(b) || b.startsWith(a);
}

function roams({ distance, allowOverlay }: AskedNumbers): boolean {
  return (distance ?? 0) > 0 || allowOverlay === true;
}
