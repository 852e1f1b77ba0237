import { type AreaCodeRules, areaCodeValidator } from './area-codes.ts';
import type { Line } from './columns.ts';
import type { Header } from './header.ts';
import type { Ladders } from './ladders.ts';
import type { Row } from './plain-rows.ts';
import { Totals } from './totals.ts';
import { type RowRules, rowValidator, type ValidatedRow } from './validate-row.ts';

/** What is wrong with the rows of a plan, in turn: with each by itself, and beside those above. */
export function rowJudge(
  header: Header,
  rules: RowRules,
  areaCodes: AreaCodeRules | undefined,
  ladders: Ladders,
) {
  const validate = rowValidator(header, rules);
  const validateAreaCode = areaCodeValidator(areaCodes);
  const totals = new Totals(header);
  return {
    judge(row: Row): ValidatedRow {
      const valid = validateAreaCode(validate(row), row.cells[header.at.area_code]);
      return totals.check(row, ladders.check(valid));
    },
    /** In place of `judge`, for a line that is known to be right. */
    pass: (line: Line) => totals.add(line),
  };
}
