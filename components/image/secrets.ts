import { invalid, notAllowed, redacted, when, type Problem } from "../problems";
import type { ContextFile } from "./context";
import { keyFiles, secretFiles, secretTexts, type SecretForm } from "./secret-forms";

/**
 * Problems of files that hold a secret by their form: private keys, tokens, files of credentials. Whatever is in the
 * folder is readable wherever the task is, and nothing can take it back from there. `publicFiles` are those that may
 * look like one.
 */
export function checkSecrets(files: readonly ContextFile[], publicFiles: readonly string[]): Problem[] {
    return files
        .filter(({ path }) => !publicFiles.includes(path))
        .flatMap((file) => {
            const found = secretIn(file);
            return found === undefined ? [] : [fileProblem(file.path, found)];
        });
}

/** Problems of names in `publicFiles` that no file has. */
export function checkPublicFiles(files: readonly ContextFile[], publicFiles: readonly string[]): Problem[] {
    const expected = 'the path of a file of the context, below the folder and with "/", such as test/key.pem';
    const remedy = "correct the path, or remove it; a file that .dockerignore names is not in the context";
    return publicFiles.flatMap((path, index) =>
        when(!files.some((file) => file.path === path), invalid(`publicFiles[${index}]`, path, expected, remedy)),
    );
}

/** A build argument with a secret in it, by its name or its value. Its value is not shown. */
export function checkBuildArgSecret(name: string, value: string): Problem[] {
    const what = secretValue(name, value);
    if (what === undefined) return [];
    const why = `this looks like ${what}, and build arguments are readable in Azure, in the stack's state and in the image's history`;
    const remedy =
        "fetch what it is for before the build and put that into the folder, or read the secret when the container runs, " +
        "for example from Azure Key Vault; if it is none, give it another name";
    return [redacted(notAllowed(`buildArgs.${name}`, value, why, remedy))];
}

/** Values that are no secret under any name: a value of somewhere else (`$NAME`), a path, a number, a switch. */
const notSecret =
    /^(?:\$.*|\.{0,2}\/\S*|\S+\.(?:pem|key|pub|crt|cer|json|txt)|\d+|enabled|disabled|required|optional|default)$/i;

/** What an assignment of a secret looks like; undefined for all others. */
export function secretValue(name: string, value: string): string | undefined {
    const text = secretTexts.find(({ pattern }) => pattern.test(value));
    if (text !== undefined) return text.what;
    if (/:\/\/[^/\s:@]+:[^/\s@]+@/.test(value)) return "an address with a password";
    // A short value is a switch or a number.
    const named =
        /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|PAT|CREDENTIALS?|(?:API|PRIVATE|ACCESS|ACCOUNT|SIGNING)_?KEY)$/i;
    return named.test(name) && value.length > 5 && !notSecret.test(value) ? "a secret by its name" : undefined;
}

interface Found extends SecretForm {
    line?: number;
}

function secretIn({ path, bytes }: ContextFile): Found | undefined {
    if (bytes.length === 0) return undefined;
    const key = keyFiles.find(({ pattern }) => pattern.test(path));
    if (key !== undefined) return key;
    const text = bytes.toString("latin1");
    for (const form of [...secretFiles.filter(({ file }) => file.test(path)), ...secretTexts]) {
        const match = form.pattern.exec(text);
        if (match !== null && (form.and ?? []).every((also) => also.test(text))) {
            return { ...form, line: lineAt(text, match.index) };
        }
    }
    return undefined;
}

function lineAt(text: string, index: number): number {
    return text.slice(0, index).split("\n").length;
}

function fileProblem(path: string, { what, isKey, line }: Found): Problem {
    const value = line === undefined ? what : `${what} in line ${line}`;
    const why =
        "the files of the folder are readable in Azure (the TaskRun's encodedTaskContent) and in the stack's state";
    const instead =
        isKey === true
            ? "sign outside of this build: COPY the signed file, or build where the key is and give the finished image to `image`; a key for the running container comes from Azure Key Vault"
            : "fetch what it is for before the build, or read it when the container runs, for example from Azure Key Vault";
    const joint = isKey === true ? ", and " : "; ";
    const remedy = `name it in .dockerignore${joint}${instead}; if it is no secret, such as a key of a test, name the file in publicFiles`;
    return notAllowed(`context/${path}`, value, why, remedy);
}
