// A virtual environment of Python with what the Python SDK and the examples in Python are checked with.
import { spawn } from "node:child_process";
import { join } from "node:path";

/** Makes it in the folder: the versions of requirements.txt, and nothing that its hashes do not vouch for. */
export async function buildPython(folder) {
    await run("python3", ["-m", "venv", folder]);
    const requirements = join(import.meta.dirname, "python", "requirements.txt");
    const options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"];
    await run(join(folder, "bin", "python"), ["-m", "pip", "install", ...options, "--requirement", requirements]);
}

async function run(command, args) {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    let tail = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (tail = (tail + text).slice(-4000)));
    const status = await new Promise((done, failed) => child.once("close", done).once("error", failed));
    if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${tail}`);
}
