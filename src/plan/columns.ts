/** The columns of a plan, each with its other names. */
const ALIASES = {
  area_code: ['npa', 'npanxx', 'search', 'prefix'],
  quantity: ['qty', 'count'],
  type: ['number_type'],
  fill_quantity: ['all_or_nothing', 'all_or_none'],
  cleansed_only: [],
  distance: [],
  sms_supported: ['sms'],
  order_slot: [],
  allow_overlay: [],
} as const satisfies Record<string, readonly string[]>;

export type Column = keyof typeof ALIASES;

export const COLUMNS = Object.keys(ALIASES) as Column[];

/**
 * `annotatePlan` writes this column and reading skips it. `Fault` is the plan's own column.
 */
export const ERROR_COLUMN = 'fault';

const BY_KEY = new Map<string, Column>(
  COLUMNS.flatMap((column) =>
    [column, ...ALIASES[column]].flatMap((name): [string, Column][] => {
      const key = nameKey(name);
      return [
        [key, column],
        [key.endsWith('y') ? `${key.slice(0, -1)}ies` : `${key}s`, column],
      ];
    }),
  ),
);

/** Two names with the same key are the same name: case, blanks, `-` and `_` do not matter. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/[\s\p{Default_Ignorable_Code_Point}\p{Pd}_]+/gu, '');
}

/** Ignores marks as well, as in `Area code*`, `NPA/NXX` and `Qty:`. */
export function columnOf(name: string): Column | undefined {
  return BY_KEY.get(nameKey(name).replace(/[/.:*?]+/g, ''));
}

/** Whether a column of this name is not one of the plan's own. */
export function isOurs(name: string): boolean {
  return columnOf(name) !== undefined || name === ERROR_COLUMN;
}
