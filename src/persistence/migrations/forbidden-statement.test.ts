import { forbiddenStatement } from './forbidden-statement.js';
import { topLevelStatements } from './top-level-statements.js';

describe('topLevelStatements', () => {
  it('passes over comments and quoted text', () => {
    expect(topLevelStatements(`
      -- one; two
      SELECT 'a;''b' AS "x;y", E'it\\'s;' /* a /* nested; */ comment; */ FROM t;
      CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $body$ SELECT 1; SELECT '$$;' $body$;`)).toEqual([
      'select ? as ? , ? from t',
      'create function f() returns int language sql as ?',
    ]);
  });

  it('takes a parameter for no dollar quote', () => {
    expect(topLevelStatements('PREPARE p AS SELECT $1; SELECT $1')).toEqual(['prepare p as select $1', 'select $1']);
  });
});

describe('forbiddenStatement', () => {
  it.each([
    'COMMIT', 'begin;', 'ROLLBACK', 'END;', 'ABORT', 'START  TRANSACTION', "PREPARE TRANSACTION 'x'",
    'SET ROLE polity', 'SET LOCAL ROLE NONE', 'RESET ROLE', 'SET SESSION AUTHORIZATION polity', 'RESET ALL', 'DISCARD ALL', "/* */ SeT\nrOlE 'x'",
  ])('refuses %s', (statement) => {
    expect(forbiddenStatement(`SELECT 1; ${statement}`)).toBeDefined();
  });

  it.each([
    "SELECT 'COMMIT;'", 'DO $$ BEGIN PERFORM 1; END $$;', '-- COMMIT;\nSELECT 1', 'SAVEPOINT a; RELEASE a',
    'CREATE TABLE commit_log (role text)', 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 2', 'ALTER ROLE x SET jit TO off',
  ])('lets %s pass', (sql) => {
    expect(forbiddenStatement(sql)).toBeUndefined();
  });
});
