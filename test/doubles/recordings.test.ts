import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Aesm } from "./aesm";
import { folderFor } from "./folder";
import { Proxy } from "./proxy";
import { recordings, replay, type State } from "./recordings";

/* Whatever was sent to Intel's AESM is answered alike, byte for byte, and the connection ends alike. */
const here = folderFor("recordings");
const states = ["healthy", "no-enclave"] as const;
/** What the proxy does otherwise, on purpose: AESM takes messages of any length. */
const tooLong = ["1 MiB unknown bytes field", "num + 1 MiB unknown"];
const cases = (state: State) => recordings(state).map((one) => [one.case, one] as const);

describe.each(states)("in state %s", (state) => {
    let aesm: Aesm;
    let proxy: Proxy;
    beforeAll(async () => {
        mkdirSync(here.path(state));
        proxy = Proxy.launch(here.path(state));
        aesm = await Aesm.start(proxy.aesmSocket);
        await aesm.becomes(state);
        await proxy.serving();
    });
    afterAll(async () => {
        await proxy.end();
        await aesm.end();
    });

    test.each(cases(state))("the double of AESM answers as AESM: %s", async (_, one) => {
        expect(await replay(aesm.socketPath, one)).toEqual({ answer: one.answer, end: one.end });
    });

    test.each(cases(state).filter(([name]) => !tooLong.includes(name)))(
        "the proxy in front of it answers as AESM: %s",
        async (_, one) => {
            expect(await replay(proxy.publicSocket, one)).toEqual({ answer: one.answer, end: one.end });
        },
    );

    test.each(cases(state).filter(([name]) => tooLong.includes(name)))("the proxy hangs up on: %s", async (_, one) => {
        expect(await replay(proxy.publicSocket, one)).toMatchObject({ answer: "" });
    });
});
