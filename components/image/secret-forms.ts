/**
 * What secrets look like, each with the page of its publisher. No library does this here: secretlint, the one that is
 * well kept, is asynchronous and needs Node 22, and a component checks its arguments before it creates anything.
 */
export interface SecretForm {
    /** What it is, for a reader. */
    what: string;
    pattern: RegExp;
    /** What has to be in the file, too. Default nothing. */
    and?: readonly RegExp[];
    /** Whether it is a private key, which signs or decrypts. Default false. */
    isKey?: boolean;
}

/**
 * Files that hold private keys, by path: names of OpenSSH's keys (ssh-keygen(1)), and containers that cannot be looked
 * into.
 */
export const keyFiles: readonly SecretForm[] = [
    { what: "a private key of SSH", pattern: /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/, isKey: true },
    { what: "a container of private keys", pattern: /\.(?:p12|pfx|jks|keystore|ppk|kdbx)$/i, isKey: true },
    { what: "passwords of PostgreSQL", pattern: /(?:^|\/)\.pgpass$/ },
    {
        what: "tokens of the Azure CLI",
        pattern: /(?:^|\/)(?:msal_token_cache|service_principal_entries)\.(?:json|bin)$/,
    },
];

/** Files that hold a secret if there is a certain text in them. */
export const secretFiles: readonly (SecretForm & { file: RegExp })[] = [
    {
        // https://docs.docker.com/compose/how-tos/environment-variables/: values of an environment; examples of them
        // are files for readers.
        what: "values of an environment (.env)",
        file: /(?:^|\/)(?:\.env(?!.*\.?(?:example|sample|template|dist)$)(?:\.[^/]+)?|[^/]+\.env)$/i,
        pattern: /^\s*(?:export\s+)?\w+\s*=\s*\S/m,
    },
    {
        // https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration; ${NAME} is a value of somewhere
        // else.
        what: "a token of npm",
        file: /(?:^|\/)\.npmrc$/,
        pattern: /_(?:authToken|auth|password)\s*=\s*(?!["']?\$\{)\S+/,
    },
    {
        // https://yarnpkg.com/configuration/yarnrc#npmAuthToken
        what: "a token of npm",
        file: /(?:^|\/)\.yarnrc\.yml$/,
        pattern: /npmAuth(?:Token|Ident):\s*(?!["']?\$\{)\S+/,
    },
    // https://everything.curl.dev/usingcurl/netrc.html
    { what: "a password (.netrc)", file: /(?:^|\/)[._]netrc$/, pattern: /\bpassword\s+\S+/ },
    // https://packaging.python.org/en/latest/specifications/pypirc/
    { what: "a password of PyPI", file: /(?:^|\/)\.pypirc$/, pattern: /^\s*password\s*[=:]\s*\S+/m },
    // https://git-scm.com/docs/git-credential-store
    { what: "credentials of Git", file: /(?:^|\/)\.git-credentials$/, pattern: /:\/\/[^:/\s]+:[^@/\s]+@/ },
    // https://docs.docker.com/reference/cli/docker/login/#credential-stores
    {
        what: "credentials of a container registry",
        file: /(?:json|cfg)$/,
        and: [/"auths?"\s*:\s*\{|"https?:\/\//],
        pattern: /"(?:auth|identitytoken)"\s*:\s*"[^"]{8,}"/,
    },
    // https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
    { what: "credentials of AWS", file: /(?:^|\/)\.aws\/credentials$/, pattern: /\S/ },
    {
        // https://cloud.google.com/docs/authentication/application-default-credentials
        what: "credentials of Google Cloud",
        file: /\.json$/,
        pattern: /"refresh_token"\s*:\s*"[^"]{8,}"/,
    },
    {
        // https://learn.microsoft.com/cli/azure/ad/sp#az-ad-sp-create-for-rbac: --json-auth, and the form without it.
        what: "a secret of a service principal",
        file: /\.json$/,
        pattern: /"(?:clientSecret|client_secret)"\s*:\s*"[^"]{8,}"/,
    },
    {
        // https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/: a file with users, and a user's secret in it.
        what: "credentials of a Kubernetes cluster (kubeconfig)",
        file: /./,
        and: [/^[\s{]*["']?clusters["']?\s*:/m, /^[\s{]*["']?users["']?\s*:/m],
        pattern: /["']?\b(?:client-key-data|token|password|refresh-token)["']?\s*:\s*["']?[^\s"',}]{8,}/,
    },
];

/** Texts that are a secret wherever they stand. */
export const secretTexts: readonly SecretForm[] = [
    {
        // RFC 7468 and RFC 9580 (armor), with the beginning of a key: the header alone stands in many programs. A line
        // before it, such as "Version: 1", ends where its line does: anything looser takes exponential time on some
        // texts.
        what: "a private key (PEM)",
        pattern:
            /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[\s"'+,]|\\[nr]|[A-Za-z-]{4,20}: [^\r\n\\]{1,200}(?:[\r\n]|\\[nr])){1,40}[A-Za-z0-9+/=]{24}/,
        isKey: true,
    },
    // https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html
    { what: "a private key of PuTTY", pattern: /^PuTTY-User-Key-File-\d+:/m, isKey: true },
    // https://github.com/FiloSottile/age
    { what: "a private key of age", pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/, isKey: true },
    // https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    { what: "a token of GitHub", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{36,})/ },
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    { what: "a token of GitLab", pattern: /\bgl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat)-[A-Za-z0-9_-]{20,}/ },
    // https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/
    { what: "a token of npm", pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
    // https://docs.pypi.org/api/secrets/ and https://github.com/pypi/warehouse
    { what: "a token of PyPI", pattern: /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/ },
    // https://docs.docker.com/security/access-tokens/
    { what: "a token of Docker Hub", pattern: /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{24,}/ },
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
    {
        what: "an access key of AWS",
        pattern: /\baws_secret_access_key["']?\s*[=:]\s*["']?[A-Za-z0-9/+]{40}\b/i,
    },
    // https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string, .../service-bus-messaging
    {
        what: "a key of an Azure account",
        pattern: /\b(?:AccountKey=[A-Za-z0-9+/]{86}==|SharedAccessKey=[A-Za-z0-9+/]{43}=)/,
    },
    // https://learn.microsoft.com/azure/storage/common/storage-sas-overview#sas-token
    { what: "a shared access signature of Azure", pattern: /[?&]sig=[A-Za-z0-9%+/]{40,60}(?:%3D|=)/i },
    // https://github.com/microsoft/security-utilities: secrets of app registrations, and keys with a common annotation
    { what: "a client secret of Microsoft Entra ID", pattern: /(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{31,34}(?![\w~.-])/ },
    { what: "a key of an Azure service", pattern: /\b[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{24}/ },
    // https://docs.cloud.google.com/docs/authentication/api-keys
    { what: "an API key of Google", pattern: /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/ },
    // https://docs.slack.dev/authentication/tokens/
    { what: "a token of Slack", pattern: /\bxox[abeprs]-[0-9A-Za-z-]{20,}/ },
    // https://developer.hashicorp.com/vault/docs/concepts/tokens
    { what: "a token of Vault", pattern: /\bhv[sbr]\.[A-Za-z0-9_-]{24,}/ },
    // https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/
    { what: "a token of Pulumi Cloud", pattern: /\bpul-[0-9a-f]{40}\b/ },
    // https://docs.stripe.com/keys
    { what: "a key of Stripe", pattern: /\b[rs]k_live_[0-9A-Za-z]{24,}/ },
    // https://huggingface.co/docs/hub/security-tokens
    { what: "a token of Hugging Face", pattern: /\bhf_[A-Za-z0-9]{34}\b/ },
];
