import type { LineResult } from '../../../ledger/index.ts';
import type { NumberType, OrderOptions } from '../../../plan/index.ts';
import { type Html, html } from '../html.ts';
import { areaCode, count } from './numbers.ts';

const NAMES: Record<NumberType, string> = {
  local: 'Local',
  tollfree: 'Toll-free',
  true800: 'True 800',
  canadian_local: 'Canadian local',
};

/** In the order in which pages list them. */
export const TYPES = Object.keys(NAMES) as NumberType[];

export function typeName(type: string): string {
  return NAMES[type as NumberType] ?? type;
}

export function areaCell(code: string | null): Html {
  return code === null
    ? html`<span class="dim">none</span>`
    : html`<span class="code">${areaCode(code)}</span>`;
}

type Place = { areaCode: string | null; type: string };

/** Where the numbers of an order are; for those without an area code, their type. */
export const areaOrType = ({ areaCode, type }: Place): Html | string =>
  areaCode === null ? typeName(type) : areaCell(areaCode);

type Options = OrderOptions & Pick<LineResult, 'fallback' | 'keepTrying' | 'requested'>;

/** The options of a line in words; '' when it has none. */
export function optionWords(line: Options): string {
  const words = [];
  if (line.fillQuantity) words.push('all or nothing');
  if (line.cleansedOnly !== null)
    words.push(line.cleansedOnly ? 'cleansed only' : 'not only cleansed');
  if (line.smsSupported !== null)
    words.push(line.smsSupported ? 'text messages' : 'no text messages');
  if (line.orderSlot) words.push(`buys ${count(line.requested)} slots`);
  if (line.allowOverlay) words.push('overlay allowed');
  if (line.distance !== null) words.push(`within ${line.distance} miles`);
  if (line.fallback !== null) words.push(`else ${line.fallback}`);
  if (line.keepTrying !== null) words.push(`keeps trying ${timeWords(line.keepTrying)}`);
  return words.join(', ');
}

function timeWords(keepTrying: string): string {
  return keepTrying.startsWith('until') ? keepTrying : `for ${keepTrying}`;
}
