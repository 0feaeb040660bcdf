import { readFileSync, writeSync } from "node:fs";
import { PlanError } from "../model/errors.js";
import { messageOf } from "../../terminal/errors.js";
import { SecretBook } from "../model/secrets.js";
import { REPORT_DESCRIPTOR, type ChildRequest, type Report, type Started } from "./child.js";
import { planProgram } from "./run.js";

/*
 * The process that runs a program, started by `planInChild`: it reads a request from standard input, and reports on a
 * descriptor of its own.
 */

/**
 * Writes all of a report, now: the process may end at any time. A line end stands in front, too: the program may have
 * written to the descriptor without one.
 */
function report(message: Started | Report): void {
    const bytes = Buffer.from(`\n${JSON.stringify(message)}\n`);
    for (let at = 0; at < bytes.length;) {
        try {
            at += writeSync(REPORT_DESCRIPTOR, bytes, at);
        } catch (error) {
            if ((error as { code?: string }).code !== "EAGAIN") throw error;
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        }
    }
}

function failure(error: unknown): Report["error"] {
    return error instanceof PlanError
        ? { message: error.message, exitCode: error.exitCode, problems: error.problems }
        : {
              message: error instanceof Error ? (error.stack ?? error.message) : messageOf(error),
              exitCode: 1,
              problems: [],
          };
}

async function main(): Promise<void> {
    const request = JSON.parse(readFileSync(0, "utf8")) as ChildRequest;
    // One stream for both, so that lines stay in the order in which the program printed them.
    process.stdout.write = process.stderr.write.bind(process.stderr);
    const book = new SecretBook(request.digestKey);
    report({ started: true });
    try {
        const onExit = (error: PlanError): void => {
            report({ error: failure(error), book: book.data() });
        };
        const plan = await planProgram(request, { book, onExit });
        report({ plan, book: book.data() });
    } catch (error) {
        report({ error: failure(error), book: book.data() });
    }
}

void main();
