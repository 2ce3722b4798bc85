import { type Datatype, dtypeOf, type TensorData } from '../../inference/tensor.ts';
import { show } from './fault.ts';
import { INTEGERS } from './integers.ts';

/**
 * Puts the values of one innermost list into a tensor's data, from `offset` on.
 * @returns the place of the first value that is not of the datatype, or -1
 */
type Fill = (values: readonly unknown[], data: TensorData, offset: number) => number;

/** How one protocol writes one datatype in JSON. */
export interface Elements {
  make(size: number): TensorData;
  fill: Fill;
  /** What is wrong with a value that `fill` did not take. */
  fault(value: unknown): string;
}

const finiteFloats: Fill = (values, data, offset) => {
  const floats = data as Float32Array;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number') return i;
    const float = Math.fround(value);
    // false for NaN and both infinities
    if (!(float - float === 0)) return i;
    floats[offset + i] = float;
  }
  return -1;
};

const anyFloats: Fill = (values, data, offset) => {
  const floats = data as Float32Array;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number') return i;
    const float = Math.fround(value);
    // NaN and the infinities as themselves, but no number becomes one of them
    if (!(float - float === 0) && value - value === 0) return i;
    floats[offset + i] = float;
  }
  return -1;
};

const integers =
  ({ min, max }: { min: number; max: number }): Fill =>
  (values, data, offset) => {
    const ints = data as Int32Array;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!(Number.isInteger(value) && (value as number) >= min && (value as number) <= max)) return i;
      ints[offset + i] = value as number;
    }
    return -1;
  };

const booleans: Fill = (values, data, offset) => {
  const bits = data as Uint8Array;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'boolean') return i;
    bits[offset + i] = value ? 1 : 0;
  }
  return -1;
};

const bytes =
  (read: (value: unknown) => Uint8Array | undefined): Fill =>
  (values, data, offset) => {
    const strings = data as Uint8Array[];
    for (let i = 0; i < values.length; i++) {
      const string = read(values[i]);
      if (!string) return i;
      strings[offset + i] = string;
    }
    return -1;
  };

export interface JsonDialect {
  /** Whether the protocol has tokens for NaN and the infinities. */
  nonFinite: boolean;
  /** One element of BYTES; undefined where the value is none. */
  bytes: (value: unknown) => Uint8Array | undefined;
}

/** Readers of every datatype, as a protocol writes it in JSON. */
export function elementsOf(dialect: JsonDialect): (datatype: Datatype) => Elements {
  const made = new Map<Datatype, Elements>();
  const make = (datatype: Datatype): Elements => {
    const limits = INTEGERS[datatype];
    switch (dtypeOf(datatype)) {
      case 'float32':
        return {
          make: (size) => new Float32Array(size),
          fill: dialect.nonFinite ? anyFloats : finiteFloats,
          fault: (value) =>
            typeof value === 'number'
              ? `is ${value}, not finite in float32`
              : `is ${show(value)}, not a number`,
        };
      case 'int32':
        return {
          make: (size) => new Int32Array(size),
          fill: integers(limits ?? { min: 0, max: 0 }),
          fault: (value) =>
            Number.isInteger(value) && limits
              ? `is ${value}, not between ${limits.min} and ${limits.max}, which ${datatype} can be here`
              : `is ${show(value)}, not a whole number`,
        };
      case 'bool':
        return {
          make: (size) => new Uint8Array(size),
          fill: booleans,
          fault: (value) => `is ${show(value)}, not true or false`,
        };
      case 'string':
        return {
          make: (size) => new Array<Uint8Array>(size),
          fill: bytes(dialect.bytes),
          fault: (value) => `is ${show(value)}, not a string`,
        };
    }
  };
  return (datatype) => {
    let elements = made.get(datatype);
    if (!elements) {
      elements = make(datatype);
      made.set(datatype, elements);
    }
    return elements;
  };
}
