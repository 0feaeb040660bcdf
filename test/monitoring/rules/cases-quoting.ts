import type { Case } from "./promtool.js";
import { aesm, collateral, helper, job, node, now, pod, proof, quotes, steady, wellNode } from "./series.js";

const a = { node: "a" };
/** So many minutes of one value, then of another, then of what comes after. */
const then = (...parts: [minutes: number, value: number | string][]) =>
    parts.map(([minutes, value]) => `${value}x${minutes - 1}`).join(" ");
const forever: [number, number] = [120, 0];
const unhealthy = { sgx_aesm_healthy: then([10, 1], forever), sgx_aesm_error_code: then([10, 0], [120, 30]) };
const stuck = { sgx_aesm_healthy: then([10, 1], forever), sgx_aesm_error_code: then([10, 0], [120, -1]) };

/** What quote helpers and proofs do. */
export const quotingCases: Case[] = [
    { name: "all is well", series: { ...wellNode("a"), ...wellNode("b") }, at: { 30: {}, 90: {} } },
    {
        name: "a helper was never there",
        series: { ...wellNode("a"), ...helper("a", {}, "other"), ...wellNode("b"), ...node("c"), ...proof("c") },
        at: { 9: {}, 10: { SgxNodeWithoutReadyQuoteHelper: [{ node: "c" }] } },
    },
    {
        name: "one of the helper's containers is not ready",
        series: { ...wellNode("a"), ...helper("a", { proxy: then([20, 1], forever) }), ...wellNode("b") },
        at: { 29: {}, 30: { SgxNodeWithoutReadyQuoteHelper: [a] } },
    },
    {
        name: "the helper waits for a proof, and gives quotes",
        series: { ...wellNode("a"), ...helper("a", { metrics: steady(0) }), ...wellNode("b") },
        at: { 60: {} },
    },
    {
        name: "nothing serves the metrics of a helper that is ready",
        series: { ...node("a"), ...helper("a"), ...proof("a"), ...wellNode("b") },
        at: { 9: {}, 10: { SgxNodeWithoutReadyQuoteHelper: [a] } },
    },
    {
        name: "a helper ends beside a new one that is ready",
        series: { ...wellNode("a"), ...helper("a", { aesm: steady(0) }, "sgx-quote-helper-old"), ...wellNode("b") },
        at: { 30: {} },
    },
    {
        name: "a pod of the same name in another namespace is no helper",
        series: {
            ...node("a"),
            ...proof("a"),
            ...wellNode("b"),
            ...pod("other", "sgx-quote-helper-a", { node: "a", ready: { aesm: steady(1) } }),
        },
        at: { 30: { SgxNodeWithoutReadyQuoteHelper: [a] } },
    },
    {
        name: "nodes without EPC, and nodes that are not ready, need no helper",
        series: {
            ...wellNode("a"),
            ...node("general", { epc: steady(0), enclave: steady(0) }),
            ...node("away", { ready: steady(0) }),
        },
        at: { 40: {} },
    },
    {
        name: "one of two nodes cannot quote for good",
        series: { ...wellNode("a"), ...aesm("a", unhealthy), ...wellNode("b") },
        at: { 23: {}, 26: { SgxAesmCannotQuote: [a] } },
    },
    {
        name: "it recovers",
        series: {
            ...wellNode("a"),
            ...aesm("a", { ...unhealthy, sgx_aesm_healthy: then([10, 1], [30, 0], [90, 1]) }),
            ...wellNode("b"),
        },
        at: { 39: { SgxAesmCannotQuote: [a] }, 42: {} },
    },
    {
        name: "failed answers among good ones",
        series: { ...wellNode("a"), ...aesm("a", { sgx_aesm_healthy: "1 0 0 1 1 0 1 1 1 0 0 1 1 0 1x100" }) },
        at: { 12: {}, 20: {} },
    },
    {
        name: "scrapes that are lost",
        series: { ...wellNode("a"), ...aesm("a", { sgx_aesm_healthy: "1 _x8 1x110" }), ...wellNode("b") },
        at: { 8: {}, 20: {} },
    },
    {
        name: "no node can quote",
        series: { ...wellNode("a"), ...aesm("a", unhealthy), ...wellNode("b"), ...aesm("b", unhealthy) },
        at: { 23: {}, 26: { SgxAesmCannotQuote: [a, { node: "b" }], SgxQuotingDownEverywhere: [{}] } },
    },
    {
        name: "AESM is alive and finishes nothing",
        series: { ...wellNode("a"), ...aesm("a", stuck), ...wellNode("b") },
        at: { 22: {}, 26: { SgxAesmBusy: [a] } },
    },
    {
        name: "AESM answers nothing: it is not merely busy",
        series: {
            ...wellNode("a"),
            ...aesm("a", { ...stuck, sgx_aesm_up: then([10, 1], forever) }),
            ...wellNode("b"),
        },
        at: { 26: { SgxAesmCannotQuote: [a] } },
    },
    {
        name: "an answer now and then is not busy",
        series: { ...wellNode("a"), ...aesm("a", { sgx_aesm_error_code: "-1x4 0 -1x4 0 -1x4 0 -1x4 0 0x99" }) },
        at: { 18: {} },
    },
    {
        name: "pods get no quotes, though AESM is healthy",
        series: { ...wellNode("a"), ...quotes("a", { 0: steady(5), 32: "1+1x120" }), ...wellNode("b") },
        at: { 5: {}, 30: { SgxQuotesFail: [a] } },
    },
    {
        name: "some quotes fail, and others do not",
        series: { ...wellNode("a"), ...quotes("a", { 0: "5+1x120", 32: "1+1x120", none: steady(1) }) },
        at: { 30: {} },
    },
    {
        name: "nobody asks for quotes",
        series: { ...wellNode("a"), ...quotes("a", { 0: steady(5), 32: steady(7) }) },
        at: { 30: {} },
    },
    {
        name: "the probe does not run any more",
        series: {
            ...wellNode("a"),
            ...aesm("a", { sgx_aesm_last_asked_timestamp_seconds: "1+60x10 600x110" }),
            ...wellNode("b"),
        },
        at: { 24: {}, 27: { SgxAesmNotAsked: [a] } },
    },
    {
        name: "answers take seconds",
        series: { ...wellNode("a"), ...aesm("a", { sgx_aesm_answer_seconds: steady(4) }), ...wellNode("b") },
        at: { 9: {}, 12: { SgxAesmSlow: [a] } },
    },
    {
        name: "one slow answer among fast ones",
        series: { ...wellNode("a"), ...aesm("a", { sgx_aesm_answer_seconds: "0.1x20 7.9 0.1x90" }) },
        at: { 21: {}, 35: {} },
    },
    {
        name: "a node that cannot quote is not slow as well",
        series: {
            ...wellNode("a"),
            ...aesm("a", { sgx_aesm_healthy: steady(0), sgx_aesm_error_code: steady(-2), sgx_aesm_up: steady(0) }),
            ...aesm("a", { sgx_aesm_healthy: steady(0), sgx_aesm_answer_seconds: steady(8) }),
            ...wellNode("b"),
        },
        at: { 40: { SgxAesmCannotQuote: [a] } },
    },
    {
        name: "the last proof is old",
        series: {
            ...wellNode("a"),
            ...proof("a", { sgx_proof_last_success_timestamp_seconds: "1+60x20 1200x110" }),
            ...wellNode("b"),
        },
        at: { 48: {}, 52: { SgxProofStale: [a] } },
    },
    {
        name: "no proof has succeeded",
        series: {
            ...wellNode("a"),
            ...proof("a", { sgx_proof_last_success_timestamp_seconds: steady(0) }),
            ...wellNode("b"),
        },
        at: { 29: {}, 31: { SgxProofMissing: [a] } },
    },
    {
        name: "the pod of the proof is gone",
        series: {
            ...wellNode("a"),
            ...proof("a", { sgx_proof_last_success_timestamp_seconds: `${now.replace("120", "9")} stale` }),
            ...wellNode("b"),
        },
        at: { 39: {}, 42: { SgxProofMissing: [a] } },
    },
    {
        name: "nodes without EPC, and nodes that are not ready, need no proof",
        series: {
            ...wellNode("a"),
            ...node("general", { epc: steady(0), enclave: steady(0) }),
            ...node("away", { ready: steady(0) }),
        },
        at: { 60: {} },
    },
    {
        name: "collateral has 8 days left",
        series: collateral(steady(8 * 86_400 + 7200)),
        at: { 60: {} },
    },
    {
        name: "collateral has 6 days left",
        series: collateral(steady(6 * 86_400)),
        at: { 14: {}, 15: { SgxCollateralExpiresSoon: [{ fmspc: "00606A000000", item: "tcb_info" }] } },
    },
    {
        name: "collateral is too old after 20 minutes",
        series: collateral(steady(1200)),
        at: {
            19: { SgxCollateralExpiresSoon: [{ fmspc: "00606A000000", item: "tcb_info" }] },
            24: {},
            26: { SgxCollateralExpired: [{ fmspc: "00606A000000", item: "tcb_info" }] },
        },
    },
    {
        name: "the TCB check failed, and is not repeated",
        series: job("watch-tcb-1", ["Failed"]),
        at: { 0: {}, 5: { SgxTcbCheckFailed: [{ namespace: "sgx-quote-helper", created_by_name: "watch-tcb-1" }] } },
    },
    {
        name: "the TCB check is repeated, was with success, or is on a lost node; the Job of another CronJob failed",
        series: {
            ...job("watch-tcb-1", ["Failed", "Running"]),
            ...job("watch-tcb-2", ["Failed", "Succeeded"]),
            ...job("watch-tcb-3", ["Succeeded"]),
            ...job("watch-tcb-4", ["Unknown"]),
            ...job("backup-1", ["Failed"]),
        },
        at: { 30: {} },
    },
    { name: "nobody knows until when collateral is good", series: collateral(steady(0)), at: { 60: {} } },
];
