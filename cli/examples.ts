/* What `--help` shows below the options of each command. */

export const EXAMPLES = `
Examples:
  confidential-aks plan                                  the only stack, or "dev"
  confidential-aks plan --stack prod --format markdown   for a comment on a pull request
  confidential-aks plan -c location=northeurope --config-path -c 'enclavePools[0].count=2'
  confidential-aks plan --program ../other --stack dev --out plan-dev
  kubectl apply -f plan-dev/kubernetes

Exit codes: 0 a plan was made, 1 configuration or program error, 2 wrong usage.`;

export const DIFF_EXAMPLES = `
Examples:
  confidential-aks diff --base main                      all stacks, the working tree against main
  confidential-aks diff --base origin/main --merge-base  only what this branch changes, wherever main is by now
  confidential-aks diff --base main --stack dev prod --format markdown
  confidential-aks diff --base main --out comment.md --out diff.json
  confidential-aks diff --base main --fail-on replace    a guard: exits with 3 if a resource would be replaced
  confidential-aks diff --base main --fail-on access     exits with 3 if more get keys, roles or the API server
  confidential-aks plan --stack dev --format json > before.json
  confidential-aks diff --from before.json               against a saved plan

Exit codes: 0 compared, 1 a stack could not be planned (the output says which and why), 2 wrong usage,
3 --fail-on found what it looks for.`;

export const RELEASE_EXAMPLES = `
Examples:
  confidential-aks would-release --stack prod --claims token.jwt      a token of Azure Attestation
  confidential-aks would-release --claims claims.json --key payroll   its payload, or a list of claims
  confidential-aks would-release --claims claims.json --format json

It needs no account, and checks no signature: it says what the policies of the stack make of the claims.
Exit codes: 0 every key is released, 1 configuration or program error, or the claims cannot be read, 2 wrong usage,
3 a key is not released, or it cannot be said.`;

export const DOCTOR_EXAMPLES = `
Examples:
  confidential-aks doctor                                the cluster of the current kubeconfig
  confidential-aks doctor --format short --namespace payments
  confidential-aks doctor --wait --fail-on warning       after an update: until all is ready and well
  confidential-aks doctor --logs --exec                  reads the logs of AESM, and asks it
  confidential-aks doctor --azure -g my-group --cluster my-cluster
  confidential-aks doctor --bundle cluster.json --out report.html
  confidential-aks doctor --from cluster.json            judges what was read, without a cluster
  confidential-aks doctor --print-role | kubectl apply -f -

It only reads. --print-role shows the rights that it needs, and in its comment the second role, for --logs and --exec.
What it may not read is skipped, and named.
Exit codes: 0 nothing found, 1 the cluster could not be read, 2 wrong usage, 3 found what --fail-on names.`;

export const TCB_EXAMPLES = `
Examples:
  confidential-aks tcb --quote quote.bin                 the platform that made a quote, and its quoting enclave
  confidential-aks tcb --pck node-1.pem --pck node-2.pem
  confidential-aks tcb --fmspc 00606A000000              no platform: the collateral of its FMSPC only
  confidential-aks tcb --fmspc 00606A000000 --cpusvn 0C0C0303FFFF01000000000000000000 --pcesvn 13
  confidential-aks tcb --quote quote.bin --azure-baseline
  confidential-aks tcb --pck node.pem --metrics tcb.prom --cache /var/cache/tcb

It asks Intel's service over HTTPS, and checks every answer up to Intel's root.
Exit codes: 0 accepted by the standard set, 1 something could not be judged, 2 wrong usage, 3 something was found: out
of date, expired, revoked, forged. What other sets say is a warning: 3 only with --fail-on warning.`;
