// Copyright (c) 2026 The dnn-surgery authors
//
// SPDX-License-Identifier: GPL-2.0-only
//
// Runs a model in ONNX Runtime: node runtime.js JOB.json, a job of runtime.py, which has:
//
//   runtime  the folder of onnxruntime-node      model    the model's path
//   threads  how many                            inputs   [{name, type, dims}], of ONNX Runtime's types
//   task     "outputs": run once, write the outputs to the files output-0, output-1, ... in folder,
//            and a line of JSON, [{name, type, dims, path}]
//            "times": run as often as repeats says after warmUp; write a line of JSON after each,
//            {done, plain: [{seconds, waited}], profiled: [...]}, the whole runs so far without and
//            with the profiler, and the profiler's file into folder
//
// Each counted run comes right after one that is not counted, and that one after a pause: then its
// own threads are awake, the other session's are asleep, and its weights are in the cache.

'use strict';

const fs = require('fs');
const path = require('path');

const PAUSE_MS = 20; // after their work, threads keep a processor for some milliseconds

const ARRAYS = {
    float32: Float32Array, float64: Float64Array, float16: Uint16Array, bool: Uint8Array,
    uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, int16: Int16Array,
    uint32: Uint32Array, int32: Int32Array, uint64: BigUint64Array, int64: BigInt64Array,
};

/** Input values: noise in 0..1 for real numbers, 1 for all others, which may be indices. */
function makeInput(ort, {type, dims}) {
    const data = new ARRAYS[type](dims.reduce((size, dim) => size * dim, 1));
    if (type === 'float32' || type === 'float64') {
        let state = 1;
        for (let i = 0; i < data.length; ++i) {
            state = (state * 48271) % 2147483647;
            data[i] = state / 2147483647;
        }
    } else {
        data.fill(type.endsWith('int64') ? 1n : type === 'float16' ? 0x3800 : 1);  // 0x3800 is 0.5
    }
    return new ort.Tensor(type, data, dims);
}

/** How long this process's threads have waited for a processor, s; 0 where Linux does not tell. */
function getWaited() {
    let nanoseconds = 0;
    try {
        for (const thread of fs.readdirSync('/proc/self/task')) {
            nanoseconds += +fs.readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1];
        }
    } catch {
        return 0;
    }
    return nanoseconds / 1e9;
}

/** Runs the model once and writes its outputs. */
async function writeOutputs(ort, job, options, feeds) {
    const session = await ort.InferenceSession.create(job.model, options);
    const results = await session.run(feeds);
    const written = Object.entries(results).map(([name, {type, dims, data}], index) => {
        const file = path.join(job.folder, `output-${index}`);
        fs.writeFileSync(file, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
        return {name, type, dims, path: file};
    });
    console.log(JSON.stringify(written));
}

/** Times runs without and with the profiler in turn, so that what disturbs one disturbs the other. */
async function time(ort, job, options, feeds) {
    const plain = await ort.InferenceSession.create(job.model, options);
    const profiled = await ort.InferenceSession.create(job.model, {
        ...options, enableProfiling: true, profileFilePrefix: path.join(job.folder, 'profile'),
    });
    const runs = {plain: [], profiled: []};
    for (let run = -job.warmUp; run < job.repeats; ++run) {
        for (const session of run % 2 ? [profiled, plain] : [plain, profiled]) {
            await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
            await session.run(feeds);
            const waited = getWaited();
            const start = process.hrtime.bigint();
            await session.run(feeds);
            const seconds = Number(process.hrtime.bigint() - start) / 1e9;
            if (run >= 0) {
                runs[session === plain ? 'plain' : 'profiled'].push(
                    {seconds, waited: getWaited() - waited});
            }
        }
        console.log(JSON.stringify({done: run + 1, ...runs}));
    }
    profiled.endProfiling();
}

async function main() {
    const job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
    const ort = require(job.runtime);
    const options = {
        graphOptimizationLevel: 'disabled', executionMode: 'sequential', executionProviders: ['cpu'],
        intraOpNumThreads: job.threads, interOpNumThreads: 1, logSeverityLevel: 3,
    };
    const feeds = Object.fromEntries(job.inputs.map((i) => [i.name, makeInput(ort, i)]));
    await (job.task === 'times' ? time : writeOutputs)(ort, job, options, feeds);
}

main().catch((error) => {
    console.error(error.message);
    process.exit(1);
});
