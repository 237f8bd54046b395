// Runs jobs of JSON lines on onnxruntime-web, one thread, and answers with JSON lines.
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'fatal';
const arrays = { float32: Float32Array, float64: Float64Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array,
  int32: Int32Array, uint32: Uint32Array, int64: BigInt64Array, uint64: BigUint64Array, bool: Uint8Array, float16: Uint16Array };
const tensor = (t) => { const b = Buffer.from(t.data, 'base64'); const a = arrays[t.type]; const copy = new Uint8Array(b).buffer;
  return new ort.Tensor(t.type, new a(copy), t.dims); };
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line); const answer = { id: job.id };
  try {
    const s = await ort.InferenceSession.create(new Uint8Array(readFileSync(job.model)), { executionProviders: ['wasm'], logSeverityLevel: 4 });
    const feeds = {}; for (const t of job.inputs) feeds[t.name] = tensor(t);
    let out = await s.run(feeds); answer.outputs = [];
    for (const name of s.outputNames) { const t = out[name]; answer.outputs.push({ name, type: t.type, dims: t.dims, data: Buffer.from(t.data.buffer, t.data.byteOffset, t.data.byteLength).toString('base64') }); }
    const times = []; for (let i = 0; i < (job.runs || 0); i++) { const at = process.hrtime.bigint(); await s.run(feeds); times.push(Number(process.hrtime.bigint() - at)); }
    answer.nanoseconds = times; await s.release();
  } catch (e) { answer.error = String(e && e.message || e).slice(0, 300); }
  console.log(JSON.stringify(answer));
}
