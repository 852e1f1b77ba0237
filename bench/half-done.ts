/** Large plans in any state, written past the program: to buy a million numbers takes too long. */
import { Client } from 'pg';

export type Wish = {
  lines: number;
  /** Each line is one order of so many numbers. */
  quantity: number;
  /** So many orders, from the first one on, are filled. */
  filled: number;
};

/**
 * Writes a running plan for the account, with what a worker would have left of it, and returns its
 * id. Keys and triggers are not asked: everything is as they would have it.
 */
export async function writePlan(database: string, wish: Wish): Promise<number> {
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    const { rows } = await client.query<{ id: number }>(PLAN, [
      wish.lines,
      wish.lines * wish.quantity,
      `${wish.lines} by ${wish.quantity}, ${wish.filled} filled`,
    ]);
    const id = rows[0]?.id ?? 0;
    for (const statement of STATEMENTS) {
      await client.query(statement, values(statement, [id, wish.lines, wish.quantity, wish.filled]));
    }
    await client.query('commit');
    await client.query('vacuum analyze');
    return id;
  } finally {
    await client.end();
  }
}

/** PostgreSQL wants to be given no value that it is not asked to use. */
function values(statement: string, all: number[]): number[] {
  return all.filter((_, at) => statement.includes(`$${at + 1}`));
}
