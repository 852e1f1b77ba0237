import { describe, expect, test } from 'vitest';
import { brokenConstraint } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, newSha256 } from '../../support/plans.ts';
import { inserting, updating } from './rows.ts';

describeOnALedger('the database', (given) => {
  describe('refuses a line', () => {
    test('of no plan, or of another one than it was', async () => {
      const { id } = await given.newPlan();
      const other = await given.newPlan();
      const row = { line: 9, first_order: 9, type: 'local', area_code: '212', quantity: 1 };
      const stray = inserting(given.ledger, 'lines', {
        ...row,
        plan_id: 9999,
        fill_quantity: false,
      });
      expect(await stray).toBe('lines_plan_fkey');
      const moved = updating(given.ledger, 'lines', { plan_id: other.id }, `plan_id = ${id}`);
      expect(await moved).toBe('lines_plan_fkey');
    });

    test('that would lose its plan', async () => {
      const { id } = await given.newPlan();
      const gone = `delete from ledger.plans where id = ${id}`;
      expect(await given.constraintOf(gone)).toBe('lines_plan_fkey');
    });

    const verdict = async (overrides: Parameters<typeof line>[0]) =>
      brokenConstraint(given.newPlan({ lines: [line(overrides)] }));

    test.each([
      [{ areaCode: '212' }, 'none'],
      [{ areaCode: '212555' }, 'none'],
      [{ areaCode: null, type: 'tollfree' }, 'none'],
      [{ areaCode: null }, 'lines_area_code_fits'],
      [{ areaCode: '' }, 'lines_area_code_fits'],
      [{ areaCode: '112' }, 'lines_area_code_fits'],
      [{ areaCode: '212155' }, 'lines_area_code_fits'],
      [{ areaCode: '2125' }, 'lines_area_code_fits'],
      [{ areaCode: '212555\n' }, 'lines_area_code_fits'],
      [{ areaCode: null, type: 'canadian_local' }, 'lines_area_code_fits'],
      [{ areaCode: '800', type: 'tollfree' }, 'lines_area_code_fits'],
      [{ areaCode: '800', type: 'true800' }, 'lines_area_code_fits'],
    ] as const)('for its area code: %j, %s', async (overrides, constraint) => {
      expect(await verdict(overrides)).toBe(constraint);
    });

    test.each([
      [{ areaCode: '212555', allowOverlay: true }, 'none'],
      [{ areaCode: '212555', allowOverlay: true, cleansedOnly: false }, 'none'],
      [{ areaCode: '212', allowOverlay: false }, 'none'],
      [{ areaCode: '212', allowOverlay: true }, 'lines_overlay_fits'],
      [{ areaCode: null, type: 'tollfree', allowOverlay: true }, 'lines_overlay_fits'],
      [{ areaCode: '212555', allowOverlay: true, cleansedOnly: true }, 'lines_overlay_fits'],
    ] as const)('for its overlay: %j, %s', async (overrides, constraint) => {
      expect(await verdict(overrides)).toBe(constraint);
    });

    test.each([
      [{ quantity: 100_001 }, 'lines_quantity_in_range'],
      [{ distance: -1 }, 'lines_distance_sane'],
      [{ areaCode: null, type: 'mobile' as 'local' }, 'lines_type_known'],
    ])('for %j: %s', async (overrides, constraint) => {
      expect(await verdict(overrides)).toBe(constraint);
    });

    test('that comes twice', async () => {
      const twice = given.newPlan({ lines: [line(), line()] });
      expect(await brokenConstraint(twice)).toBe('lines_pkey');
    });
  });

  describe('refuses', () => {
    test.each([
      [{ rate: 0 }, 'accounts_rate_sane'],
      [{ rate: 1001 }, 'accounts_rate_sane'],
      [{ mode: 'test' }, 'accounts_mode_known'],
      [{ mode: 'live', sandbox_url: 'http://127.0.0.1' }, 'accounts_sandbox_only'],
      [{ sandbox_url: 'http://127.0.0.1' }, 'none'],
    ])('an account with %j: %s', async (row, constraint) => {
      const { id } = await given.newAccount();
      const operation = updating(given.ledger, 'accounts', row, `id = ${id}`);
      expect(await operation).toBe(constraint);
    });

    test('a second account of the same name', async () => {
      const { name } = await given.newAccount();
      const operation = inserting(given.ledger, 'accounts', { name, mode: 'live', rate: 1 });
      expect(await operation).toBe('accounts_name_once');
    });

    test.each([
      [{ state: 'done' }, 'plans_state_known'],
      [{ lines: 0 }, 'plans_lines_some'],
      [{ orders: 0 }, 'plans_orders_in_range'],
      [{ orders: 2_000_001 }, 'plans_orders_in_range'],
      [{ state: 'finished' }, 'plans_ended_when'],
      [{ ended_at: 'now' }, 'plans_ended_when'],
      [{ state: 'finished', ended_at: 'now' }, 'none'],
      [{ started_at: null }, 'plans_started_when'],
      [{ state: 'cancelled', started_at: null }, 'none'],
      [{ traceparent: '00-abc-1-01' }, 'plans_traceparent_form'],
      [{ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }, 'none'],
    ])('a running plan with %j: %s', async (row, constraint) => {
      const { id } = await given.newPlan();
      const operation = updating(given.ledger, 'plans', row, `id = ${id}`);
      expect(await operation).toBe(constraint);
    });

    test('the same file of an account twice', async () => {
      const sha256 = newSha256();
      const { account } = await given.newPlan({ sha256 });
      const other = await given.newPlan({ account });
      const operation = updating(given.ledger, 'plans', { sha256 }, `id = ${other.id}`);
      expect(await operation).toBe('plans_duplicate_file');
    });
  });
});
