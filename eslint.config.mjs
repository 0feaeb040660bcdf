import stylistic from "@stylistic/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
    {
        ignores: [
            "dist/",
            ".stryker-tmp/",
            "examples/",
            "templates/",
            "bench/",
            "node_modules/",
            "docs/reference/",
            "test/fixtures/",
        ],
    },
    {
        // Prettier wraps code and no comments: these end at the same column.
        files: ["**/*.ts", "**/*.mts", "**/*.mjs"],
        plugins: { "@stylistic": stylistic },
        rules: {
            "@stylistic/max-len": [
                "error",
                { code: Number.MAX_SAFE_INTEGER, comments: 120, ignoreUrls: true, ignorePattern: "eslint-disable" },
            ],
        },
    },
    {
        files: ["**/*.ts", "**/*.mts"],
        extends: [...tseslint.configs.strictTypeChecked],
        languageOptions: { parserOptions: { project: "./tsconfig.check.json" } },
        rules: {
            // An Output in a template literal renders as an explanation, not as its value: only strings and numbers
            // may.
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
            "@typescript-eslint/no-explicit-any": "error",
            "@typescript-eslint/no-floating-promises": "error",
            "@typescript-eslint/no-non-null-assertion": "error",
            "no-restricted-imports": [
                "error",
                {
                    paths: [
                        {
                            name: "@pulumi/azure-native",
                            message: "Import the service: @pulumi/azure-native/containerservice.",
                        },
                        { name: "@pulumi/kubernetes", message: "Import the group: @pulumi/kubernetes/apps/v1." },
                    ],
                },
            ],
            "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
            "max-lines": ["error", { max: 300 }],
        },
    },
    {
        files: ["test/**/*.ts", "test/**/*.mts"],
        rules: {
            "@typescript-eslint/no-non-null-assertion": "off",
            "@typescript-eslint/no-unsafe-member-access": "off",
            "@typescript-eslint/no-unsafe-assignment": "off",
            // The classes of @kubernetes/client-node are types for plain objects; that is how its own examples use
            // them.
            "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
        },
    },
    {
        // Files that share a worker share what they import: a helper that counts for its module counts for all of them.
        files: ["test/e2e/**/*.ts"],
        ignores: ["test/e2e/**/*.{e2e,test,fixture}.ts"],
        rules: {
            "no-restricted-syntax": [
                "error",
                {
                    selector: "Program > VariableDeclaration[kind=let]",
                    message: "Outlives the test file: keep it in what the file calls, or in an object that it makes.",
                },
            ],
        },
    },
);
