import { engine, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { datatypeOf, dtypeOf, type NamedTensor, type TensorSpec } from './tensor.ts';

/** The tensor in the backend, which may keep `data` itself: it must not change any more. */
export const toTensor = ({ datatype, shape, data }: NamedTensor): Tensor =>
  tensor(data, [...shape], dtypeOf(datatype));

/** The tensor's elements, read from the backend; the datatype is the one promised, as far as TF.js held to it. */
export function fromTensor(actual: Tensor, { name, datatype }: TensorSpec): NamedTensor {
  const { dtype, shape } = actual;
  return {
    name,
    datatype: dtype === dtypeOf(datatype) ? datatype : datatypeOf(dtype),
    shape,
    // dataSync would make texts of strings, which need not be UTF-8
    data:
      dtype === 'string' ? (engine().readSync(actual.dataId) as Uint8Array[]) : actual.dataSync<'float32'>(),
  };
}
