import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemCommand } from "./tools";

/** Files of a certificate and its key. */
export interface Certificate {
    cert: string;
    key: string;
}

const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function openssl(...args: string[]): void {
    execFileSync(systemCommand("openssl"), args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** A certificate authority for one control plane, valid for a day. */
export function certificateAuthority(folder: string): Certificate {
    const files = { cert: join(folder, "ca.crt"), key: join(folder, "ca.key") };
    const usage = ["-addext", "keyUsage=critical,keyCertSign,digitalSignature,cRLSign"];
    openssl(
        "req",
        "-x509",
        ...curve,
        "-days",
        "1",
        "-subj",
        "/CN=e2e",
        ...usage,
        "-keyout",
        files.key,
        "-out",
        files.cert,
    );
    return files;
}

/** A certificate signed by it; names such as `IP:127.0.0.1` or `DNS:kubernetes.default.svc` make it a server's. */
export function certificate(
    folder: string,
    ca: Certificate,
    name: string,
    subject: string,
    names: string[],
): Certificate {
    const [cert, key, request, extensions] = ["crt", "key", "csr", "ext"].map((kind) =>
        join(folder, `${name}.${kind}`),
    ) as [string, string, string, string];
    const alternative = names.length > 0 ? `subjectAltName=${names.join(",")}\n` : "";
    writeFileSync(extensions, `keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n${alternative}`);
    openssl("req", ...curve, "-subj", subject, "-keyout", key, "-out", request);
    const signed = ["-CA", ca.cert, "-CAkey", ca.key, "-CAcreateserial", "-days", "1"];
    openssl("x509", "-req", "-in", request, ...signed, "-extfile", extensions, "-out", cert);
    return { cert, key };
}

/** A key pair for service account tokens. */
export function signingKey(folder: string): { privateKey: string; publicKey: string } {
    const files = { privateKey: join(folder, "sa.key"), publicKey: join(folder, "sa.pub") };
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", files.privateKey);
    openssl("ec", "-in", files.privateKey, "-pubout", "-out", files.publicKey);
    return files;
}
