/*
 * The plugin with a component that fails after its constructor, in the way that its name says. Nothing in the package
 * fails so on purpose; a fault of the package would.
 */
"use strict";
const { join, resolve } = require("node:path");
const pulumi = require("@pulumi/pulumi");

const root = resolve(__dirname, "../../..");
const { components } = require(join(root, "dist/provider/components.js"));

const failures = {
    "in-an-apply": () => pulumi.output("x").apply(() => undefined.property),
    "in-a-promise": () => void Promise.reject(new Error("a promise that nothing awaits")),
    "in-a-timer": () => setTimeout(() => JSON.parse("no JSON")),
};

components.SgxDevicePlugin = class extends pulumi.ComponentResource {
    constructor(name, args, opts) {
        super("confidential-aks:index:SgxDevicePlugin", name, args, opts);
        failures[name]();
        this.namespace = pulumi.output("namespace");
        this.daemonSetName = pulumi.output("name");
        this.registerOutputs({ namespace: this.namespace, daemonSetName: this.daemonSetName });
    }
};

void require(join(root, "dist/provider"))();
