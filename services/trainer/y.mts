import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { chooseBackend } from '@tristore/model/inference/backend.ts';
await chooseBackend('wasm','serving');
const d='model-artifacts/credit-default/1/';
const json=JSON.parse(await readFile(d+'model.json','utf8')); const w=await readFile(d+'weights.bin');
const g=await loadLayersModel(tf.io.fromMemory({modelTopology:json.modelTopology,weightSpecs:json.weightsManifest[0].weights,weightData:new Uint8Array(w).buffer}));
for (const n of [1,32,1000]) { const x=tf.randomUniform([n,41],0,1000,'float32',1); const f=()=>tf.tidy(()=>(g.apply(x) as tf.Tensor).dataSync()); for(let i=0;i<200;i++)f(); const t0=performance.now(); const k=n>100?50:1000; for(let i=0;i<k;i++)f(); const us=(performance.now()-t0)*1000/k; console.log(n, us.toFixed(0)+'us', (us/n).toFixed(2)+'us/row'); }
// gradient of logit w.r.t. input on wasm
const logit=g.getLayer('logit').output; const tfl=await import('@tensorflow/tfjs-layers'); const m=tfl.model({inputs:g.inputs,outputs:logit as any});
const x=tf.randomUniform([4,41],0,1000,'float32',1); const gr=tf.grad((v)=>tf.sum(m.apply(v) as tf.Tensor))(x); console.log('grad', gr.shape, (await gr.data()).slice(0,5));
