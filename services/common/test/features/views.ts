import type { FeatureView } from '../../src/contracts/feature-view.ts';

/** Every kind of column and policy, small enough to check by hand. */
export const CLIENT_VIEW: FeatureView = {
  name: 'client',
  entity: 'client',
  columns: [
    { name: 'income', dtype: 'double', on_missing: 'required', range: { min: 0, max: 1000 } },
    { name: 'sex', dtype: 'integer', on_missing: 'default', protected: true, range: { min: 1, max: 2 } },
    { name: 'children', dtype: 'integer', on_missing: 'default', default: 2, range: { min: 0 } },
    { name: 'owner', dtype: 'boolean', on_missing: 'indicator', default: false },
    { name: 'job', dtype: 'string', on_missing: 'default', default: 'none' },
  ],
  derived: [
    { name: 'income_per_child', op: 'ratio', inputs: ['income', 'children'], offset: 1 },
    { name: 'log_income_per_child', op: 'log1p', inputs: ['income_per_child'] },
  ],
};

export const MERCHANT_VIEW: FeatureView = {
  name: 'merchant',
  entity: 'merchant',
  columns: [{ name: 'turnover', dtype: 'double', on_missing: 'required' }],
  derived: [{ name: 'share', op: 'ratio', inputs: ['turnover', 'turnover'] }],
};

export const VOCABULARIES = { job: ['clerk', 'none', 'smith'] };
