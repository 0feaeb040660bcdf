/** Minor version of Kubernetes 1 in a text such as `v1.36.2`; undefined where there is none. */
export function minorOf(version = ""): number | undefined {
    const minor = /^v?1\.(\d+)/.exec(version)?.[1];
    return minor === undefined ? undefined : Number(minor);
}
