// A provider for previews: it takes all inputs as they are, and knows no resource. Prints its port.
require("@pulumi/pulumi/provider").main(
    {
        version: "99.0.0",
        check: async (_urn, _olds, news) => ({ inputs: news }),
        invoke: async () => ({ outputs: {} }),
    },
    ["127.0.0.1:9"],
);
