import { flag, kubernetesName, oneOf, type Problem } from "../problems";
import { parseEpc } from "../sgx";
import { CollateralVersion, QuotingLogLevel, type QuoteHelperSettings } from "./args";

/** Problems of the settings that are known now. */
export function checkQuoteHelperSettings(args: QuoteHelperSettings): Problem[] {
    return [
        ...(args.epc === undefined ? [] : parseEpc(args.epc, "epc").problems),
        ...oneOf("collateralVersion", args.collateralVersion, CollateralVersion),
        ...oneOf("logLevel", args.logLevel, QuotingLogLevel),
        ...kubernetesName("namespace", args.namespace),
        ...flag("socketProxy", args.socketProxy),
        ...flag("networkPolicy", args.networkPolicy),
    ];
}
