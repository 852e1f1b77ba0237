/** The columns that are ours, with the other names under which each is understood. */
const ALIASES = {
  area_code: ['npa', 'npanxx', 'search', 'prefix'],
  quantity: ['qty', 'count'],
  type: [],
  fill_quantity: ['all_or_nothing'],
  cleansed_only: [],
  distance: [],
  sms_supported: [],
  order_slot: [],
  allow_overlay: [],
} as const satisfies Record<string, readonly string[]>;

export type Column = keyof typeof ALIASES;

export const COLUMNS = Object.keys(ALIASES) as Column[];

/** Written by mending, and passed over in reading, so that a mended plan can be used as it is. */
export const FAULT_COLUMN = 'fault';

const BY_KEY = new Map<string, Column>(
  COLUMNS.flatMap((column) =>
    [column, ...ALIASES[column]].map((name): [string, Column] => [nameKey(name), column]),
  ),
);

/** Two names with the same key are the same name: case, blanks, `-` and `_` do not matter. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/[\s_\u200b-\u200d\u2060\ufeff-]+/g, '');
}

export function columnOf(name: string): Column | undefined {
  return BY_KEY.get(nameKey(name));
}
