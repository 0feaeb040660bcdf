import type * as pulumi from "@pulumi/pulumi";
import { flag, kubernetesName, notAllowed, oneOf, requiredImage, type Checked, type Problem } from "../problems";
import { parseEpc } from "../sgx";
import { checkedValue, type Subject } from "../shared/checked-later";
import { checkedName } from "../shared/checked-name";
import { checkedTextsLater, checkNodeSelector, enclaveNodes, type TextMap } from "../shared/text-map";
import {
    CollateralVersion,
    QuoteHelperRollout,
    QuotingLogLevel,
    type QuoteHelperSettings,
    type SgxQuoteHelperArgs,
} from "./args";
import { quoteHelperDefaults as defaults } from "./defaults";

/** The settings with their defaults. */
export interface QuoteHelperSettingsSpec {
    epc: string;
    collateralVersion: CollateralVersion;
    logLevel: QuotingLogLevel;
    /** The namespace that exists; undefined where the component makes one. */
    namespace: pulumi.Input<string> | undefined;
    nodeSelector: TextMap;
    socketProxy: boolean;
    metrics: boolean;
    rollout: QuoteHelperRollout;
    networkPolicy: boolean;
}

/** The arguments with their defaults. */
export interface QuoteHelperSpec extends QuoteHelperSettingsSpec {
    image: pulumi.Input<string>;
}

/** What the arguments stand for, and what is wrong with those that are known now. */
export function quoteHelperSpec(args: SgxQuoteHelperArgs): Checked<QuoteHelperSpec> {
    const { spec, problems, warnings } = quoteHelperSettings(args);
    return {
        spec: { ...spec, image: args.image },
        problems: [...checkImage("image", args.image), ...problems],
        warnings,
    };
}

function checkImage(path: string, image: unknown): Problem[] {
    return requiredImage(path, image, "an image with AESM, built from images/aesm", "name it");
}

/** The same for the settings alone, where the image is not known yet. */
export function quoteHelperSettings(args: QuoteHelperSettings): Checked<QuoteHelperSettingsSpec> {
    return {
        spec: {
            epc: args.epc ?? defaults.epc,
            collateralVersion: args.collateralVersion ?? defaults.collateralVersion,
            logLevel: args.logLevel ?? defaults.logLevel,
            namespace: args.namespace,
            nodeSelector: args.nodeSelector ?? enclaveNodes,
            socketProxy: args.socketProxy ?? defaults.socketProxy,
            metrics: args.metrics ?? defaults.metrics,
            rollout: args.rollout ?? defaults.rollout,
            networkPolicy: args.networkPolicy ?? defaults.networkPolicy,
        },
        problems: problemsOf(args),
        warnings: [],
    };
}

/** The same spec, whose outputs are checked as soon as their values are known. */
export function quoteHelperOutputs(of: Subject, spec: QuoteHelperSpec): QuoteHelperSpec {
    return {
        ...spec,
        image: checkedValue(of, "image", spec.image, checkImage),
        namespace: checkedName(of, "namespace", spec.namespace),
        nodeSelector: checkedTextsLater(of, spec.nodeSelector, (label, value) =>
            checkNodeSelector("nodeSelector", { [label]: value }),
        ),
    };
}

function problemsOf(args: QuoteHelperSettings): Problem[] {
    return [
        ...(args.epc === undefined ? [] : parseEpc(args.epc, "epc").problems),
        ...oneOf("collateralVersion", args.collateralVersion, CollateralVersion),
        ...oneOf("logLevel", args.logLevel, QuotingLogLevel),
        ...kubernetesName("namespace", args.namespace),
        ...checkNodeSelector("nodeSelector", args.nodeSelector),
        ...flag("socketProxy", args.socketProxy),
        ...flag("metrics", args.metrics),
        ...oneOf("rollout", args.rollout, QuoteHelperRollout),
        ...checkProven(args),
        ...flag("networkPolicy", args.networkPolicy),
    ];
}

/** What passes on a node is seen by the proxy, and told by the metrics. */
function checkProven({ rollout, metrics, socketProxy }: QuoteHelperSettings): Problem[] {
    if (rollout !== QuoteHelperRollout.proven) return [];
    const off = Object.entries({ metrics, socketProxy }).filter(([, value]) => value === false);
    return off.map(([path]) =>
        notAllowed(path, false, 'with rollout "proven", which sees by it that a quote was made', "leave it out"),
    );
}
