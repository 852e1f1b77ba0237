import { readFallback } from '../fallback/index.ts';
import type { NumberType } from '../number-type.ts';
import { nameKey } from '../reading/index.ts';
import { type Problem, readDistance, readFlag, readQuantity, readType } from './cells.ts';
import { keepTryingConflicts, readKeepTrying } from './keep-trying.ts';
import {
  fallbackConflicts,
  lackingAreaCode,
  lackingQuantity,
  overlayConflicts,
  type RowState,
  readAreaCodeOf,
} from './rules.ts';

/** A column of a plan. Reading it, storing it and writing it back follow from this alone. */
type Description = {
  /** Its name in `Line`. */
  field: string;
  /** Its other names in a header. */
  aliases: readonly string[];
  /** Words in the name of an unknown column that probably mean this one. */
  hint: RegExp;
  /** Words of a name that means this column where no other name does. */
  loose?: RegExp;
  /** The type of the column of the same name in `ledger.lines`. */
  sql: 'text' | 'int' | 'boolean';
  /** The value of a blank cell and of an absent column. */
  blank: unknown;
  /** The value of a cell that is not blank, or what is wrong with it. */
  read: (cell: string, type: NumberType | undefined) => unknown;
  /** What is wrong with a blank cell. The type is undefined when it is invalid. */
  lacking?: (type: NumberType | undefined) => Problem | undefined;
  /** What is wrong with the cell beside others of its line. */
  conflicts?: (line: never, row: RowState) => Problem[];
};

/** What a plan buys, in the names of its columns. */
const NUMBERS = '(?:number|phone|line|did|tn)s?';

const NEEDED = '(?:needed|wanted|required|requested|to (?:buy|order))';

/** 0 or 1; a blank leaves it to the vendor. */
const FLAG = { sql: 'boolean', blank: null, read: readFlag } as const;

/** In the order in which the remainder has them. */
const DESCRIPTIONS = {
  /** 3 or 6 digits; null for `tollfree` and `true800`. */
  area_code: {
    field: 'areaCode',
    aliases: ['npa', 'npanxx', 'search', 'prefix'],
    // In the languages of the vendor's customers, too.
    hint: new RegExp(
      '\\barea ?code|\\bnpa\\d*\\b|vorwahl|netnummer|kierunkow|^prefisso\\b|^indicatif\\b|' +
        '^(?:c[oó]digo de [aá]rea|prefijo)',
    ),
    loose: /^areas?$/,
    sql: 'text',
    blank: null,
    read: readAreaCodeOf,
    lacking: lackingAreaCode,
  },
  /** 1 to 100,000 numbers; 0 skips the line. */
  quantity: {
    field: 'quantity',
    aliases: ['qty', 'count'],
    hint: new RegExp(
      '\\bquantit|\\bqty\\d*\\b|^(?:menge|anzahl|stückzahl|cantidad|quantidade|aantal)\\b|^ilość|' +
        `^how many\\b|^(?:counts?|(?:(?:#|no\\.?|number|amount|count) of )?${NUMBERS}) ${NEEDED}$`,
    ),
    loose: new RegExp(
      '^(?:how many|amount|counts?|numbers|dids|tns|' +
        `(?:how many|(?:#|no\\.?|number|amount|count) of) (?:phone )?${NUMBERS})` +
        `(?: ${NEEDED})?$`,
    ),
    sql: 'int',
    blank: 0,
    read: readQuantity,
    lacking: lackingQuantity,
  },
  type: {
    field: 'type',
    aliases: ['number_type'],
    hint: new RegExp(
      `\\btoll ?free|\\btrue ?800|\\bcanadian\\b|^kind$|\\b${NUMBERS} (?:type|kind)s?\\b|` +
        `\\b(?:type|kind)s? of ${NUMBERS}\\b`,
    ),
    sql: 'text',
    blank: 'local',
    read: readType,
  },
  fill_quantity: {
    ...FLAG,
    field: 'fillQuantity',
    aliases: ['all_or_nothing', 'all_or_none'],
    hint: /\ball or |\bfill\b/,
    blank: false,
  },
  cleansed_only: {
    ...FLAG,
    field: 'cleansedOnly',
    aliases: [],
    hint: /\bclean(?:sed|ed)?\b/,
  },
  /** Miles. */
  distance: {
    field: 'distance',
    aliases: [],
    hint: /\bdistance\b|\bmiles\b|\bradius\b/,
    sql: 'int',
    blank: null,
    read: readDistance,
  },
  sms_supported: {
    ...FLAG,
    field: 'smsSupported',
    aliases: ['sms'],
    hint: /\bsms\b|\btext (?:enabled|capable|supported)\b/,
  },
  order_slot: { ...FLAG, field: 'orderSlot', aliases: [], hint: /\bslots?\b/ },
  allow_overlay: {
    ...FLAG,
    field: 'allowOverlay',
    aliases: [],
    hint: /\boverlays?\b/,
    conflicts: overlayConflicts,
  },
  /** What may be bought in place of the line's own numbers, once these are proven to lack. */
  fallback: {
    field: 'fallback',
    aliases: [],
    hint: new RegExp(
      '\\bfall ?backs?\\b|^(?:alternat(?:e|ive)|backup|substitute|(?:2nd|second) choice|' +
        'if sold out)s?(?: (?:area ?)?codes?)?$',
    ),
    sql: 'text',
    blank: null,
    read: readFallback,
    conflicts: fallbackConflicts,
  },
  /** How long what is lacking is asked for again. */
  keep_trying: {
    field: 'keepTrying',
    aliases: ['retry_until'],
    hint: /\bkeep ?trying\b|\bretry\b/,
    sql: 'text',
    blank: null,
    read: readKeepTrying,
    conflicts: keepTryingConflicts,
  },
} as const satisfies Record<string, Description>;

type Descriptions = typeof DESCRIPTIONS;
export type Column = keyof Descriptions;
export type Value<C extends Column> =
  | Exclude<ReturnType<Descriptions[C]['read']>, Problem>
  | Descriptions[C]['blank'];
export type Values = { [C in Column as Descriptions[C]['field']]: Value<C> };

/** What a line asks of all its orders alike. */
export type OrderOptions = Pick<
  Values,
  'fillQuantity' | 'cleansedOnly' | 'distance' | 'smsSupported' | 'orderSlot' | 'allowOverlay'
>;

/** One row of a plan, understood. A parameter that is null is not sent. */
export type Line = Values & {
  /** The line of the file on which the row begins, 1-based. */
  line: number;
  /** The cells of the plan's own columns, in the order of `PlanCheck.extraColumns`. */
  extra: string[];
};

export type DescribedColumn = Omit<Description, 'field' | 'conflicts'> & {
  name: Column;
  field: keyof Values;
  conflicts?: (line: Line, row: RowState) => Problem[];
};

export const COLUMNS = Object.entries(DESCRIPTIONS).map(
  ([name, description]): DescribedColumn => ({ name: name as Column, ...description }),
);

export const COLUMN_NAMES = COLUMNS.map(({ name }) => name);

/** `annotatePlan` writes this column and reading skips it. `Fault` is the plan's own column. */
export const ERROR_COLUMN = 'fault';

const BY_KEY = new Map<string, Column>(
  COLUMNS.flatMap(({ name: column, aliases }) =>
    [column, ...aliases].flatMap((name): [string, Column][] => {
      const key = nameKey(name);
      return [
        [key, column],
        [key.endsWith('y') ? `${key.slice(0, -1)}ies` : `${key}s`, column],
      ];
    }),
  ),
);

/** Ignores marks as well, as in `Area code*`, `NPA/NXX` and `Qty:`. */
export function columnOf(name: string): Column | undefined {
  return BY_KEY.get(nameKey(name).replace(/[/.:*?]+/g, ''));
}

/** Whether a column of this name is not one of the plan's own. */
export function isOurs(name: string): boolean {
  return columnOf(name) !== undefined || name === ERROR_COLUMN;
}
