/** Queries that are put together once: building and compiling them costs more than SQLite takes to answer most. */

import type { Compilable, CompiledQuery, Kysely } from 'kysely'

/** Where a value goes that is known only when the query runs. */
class Slot {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query that `build` puts together at its first run, for whatever database: all here speak one dialect. Each value
 * stands as a parameter of its own, every run brings the same names, and `null` cannot be compared with in this way.
 */
export function kept<Tables, Values extends Readonly<Record<string, unknown>>, Row>(
  build: (db: Kysely<Tables>, values: Values) => Compilable<Row>
): (db: Kysely<Tables>, values: Values) => Promise<Row[]> {
  let compiled: CompiledQuery<Row> | undefined
  return async (db, values) => {
    compiled ??= compile(db, build, values)
    const parameters = compiled.parameters.map((each) => (each instanceof Slot ? values[each.name] : each))
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows
  }
}

function compile<Db, Values extends object, Row>(
  db: Db,
  build: (db: Db, values: Values) => Compilable<Row>,
  values: Values
): CompiledQuery<Row> {
  const slots: any = Object.fromEntries(Object.keys(values).map((name) => [name, new Slot(name)]))
  return build(db, slots).compile()
}
