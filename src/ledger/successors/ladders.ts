/** SQL: whether `ladder` is that of line `l`: kept once for each type, area code and cell. */
export const ladderOf = (l: string) => `
  ladder.plan_id = ${l}.plan_id and ladder.type = ${l}.type
  and ladder.area_code = coalesce(left(${l}.area_code, 3), '') and ladder.fallback = ${l}.fallback`;
