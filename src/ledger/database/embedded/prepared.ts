import { type PGlite, parse, protocol } from '@electric-sql/pglite';
import { statementName } from '../statement-name.ts';

/** Runs one statement. */
export type Prepared = <Row>(text: string, values: readonly unknown[]) => Promise<Row[]>;

/**
 * Prepares each statement once and keeps it in the session, which is the caller's alone. PGlite's
 * `query` plans at each call, which costs several times as much. Rejects with PostgreSQL's words.
 */
export function preparedOn(db: PGlite): Prepared {
  const { bind, describe, execute, parse: prepare, sync } = protocol.serialize;
  /** By a statement's name, the types of its parameters. */
  const known = new Map<string, number[]>();

  const send = (...messages: Uint8Array[]) =>
    db.execProtocolStream(Buffer.concat([...messages, sync()]), { syncToFs: false });

  async function typesOf(name: string, text: string): Promise<number[]> {
    const before = known.get(name);
    if (before) return before;
    const answer = await send(prepare({ name, text }), describe({ type: 'S', name }));
    const types = parse.parseDescribeStatementResults(answer);
    known.set(name, types);
    return types;
  }

  return async <Row>(text: string, values: readonly unknown[]) => {
    const name = statementName(text);
    const types = await typesOf(name, text);
    const texts = values.map((value, at) => textOf(value, db.serializers[types[at]!]));
    const answer = await send(
      bind({ statement: name, values: texts }),
      describe({ type: 'P' }),
      execute({}),
    );
    return parse.parseResults(answer, db.parsers)[0]!.rows as Row[];
  };
}

function textOf(value: unknown, serialize: ((value: unknown) => string) | undefined) {
  if (value === null || value === undefined) return null;
  return serialize ? serialize(value) : String(value);
}
