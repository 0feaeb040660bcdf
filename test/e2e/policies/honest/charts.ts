import { pod, type Pod } from "../pods";

const helper = (name: string, more: object = {}) => ({ name, image: `example.org/${name}:1`, ...more });
const noPrivileges = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
};
const resources = { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } };
const http = { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 10 };
const mount = (name: string, mountPath: string, more: object = {}) => ({ name, mountPath, ...more });

/** Pods in the shapes of charts that many use, none of which knows of SGX: admitted, and not changed. */
export const plainPods: Record<string, Pod> = {
    "a bare container": pod({}),
    "a web server": pod({
        app: { ports: [{ name: "http", containerPort: 80 }], livenessProbe: http, readinessProbe: http, resources },
    }),
    "a web server on a low port": pod({
        app: { securityContext: { ...noPrivileges, capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } } },
    }),
    "an ingress controller": pod({
        app: {
            args: ["/nginx-ingress-controller", "--election-id=ingress"],
            env: [
                { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
            ],
            ports: [{ containerPort: 80 }, { containerPort: 443 }],
            volumeMounts: [mount("webhook-cert", "/usr/local/certificates/", { readOnly: true })],
        },
        volumes: [{ name: "webhook-cert", secret: { secretName: "ingress-admission" } }],
        spec: { nodeSelector: { "kubernetes.io/os": "linux" }, terminationGracePeriodSeconds: 300 },
    }),
    "a database with its claim": pod({
        app: {
            env: [{ name: "POSTGRES_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }],
            livenessProbe: { exec: { command: ["pg_isready"] } },
            volumeMounts: [mount("data", "/var/lib/postgresql/data", { subPath: "pgdata" })],
        },
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }],
        spec: { securityContext: { fsGroup: 999, fsGroupChangePolicy: "OnRootMismatch" } },
    }),
    "a database with shared memory": pod({
        app: { volumeMounts: [mount("dshm", "/dev/shm")] },
        volumes: [{ name: "dshm", emptyDir: { medium: "Memory", sizeLimit: "1Gi" } }],
    }),
    "a cache with an exporter": pod({
        app: { command: ["redis-server", "/conf/redis.conf"], volumeMounts: [mount("conf", "/conf")] },
        containers: [helper("exporter", { ports: [{ name: "metrics", containerPort: 9121 }] })],
        volumes: [{ name: "conf", configMap: { name: "redis", items: [{ key: "redis.conf", path: "redis.conf" }] } }],
        annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "9121" },
    }),
    "a cache that sets its own kernel setting": pod({
        spec: { securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] } },
    }),
    "a message broker with a generic ephemeral volume": pod({
        app: { volumeMounts: [mount("scratch", "/scratch")] },
        volumes: [
            {
                name: "scratch",
                ephemeral: {
                    volumeClaimTemplate: {
                        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
                    },
                },
            },
        ],
    }),
    "a search engine that chowns its data first": pod({
        initContainers: [
            helper("chown", {
                command: ["chown", "-R", "1000:1000", "/data"],
                securityContext: { runAsUser: 0, capabilities: { add: ["CHOWN", "DAC_OVERRIDE", "FOWNER"] } },
                volumeMounts: [mount("data", "/data")],
            }),
        ],
        app: { volumeMounts: [mount("data", "/data")] },
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
    }),
    "a service mesh's sidecar": pod({
        initContainers: [
            helper("proxy", {
                restartPolicy: "Always",
                startupProbe: { httpGet: { path: "/healthz/ready", port: 15021 } },
                securityContext: noPrivileges,
                volumeMounts: [
                    mount("token", "/var/run/secrets/tokens", { readOnly: true }),
                    mount("socket", "/var/run/secrets/workload-spiffe-uds"),
                ],
            }),
        ],
        volumes: [
            {
                name: "token",
                projected: {
                    sources: [
                        { serviceAccountToken: { path: "token", audience: "istio-ca", expirationSeconds: 43200 } },
                    ],
                },
            },
            { name: "socket", emptyDir: {} },
        ],
    }),
    "secrets of a key vault": pod({
        app: { volumeMounts: [mount("secrets", "/mnt/secrets", { readOnly: true })] },
        volumes: [
            {
                name: "secrets",
                csi: {
                    driver: "secrets-store.csi.k8s.io",
                    readOnly: true,
                    volumeAttributes: { secretProviderClass: "vault" },
                },
            },
        ],
    }),
    "workload identity": pod({
        labels: { "azure.workload.identity/use": "true" },
        spec: { serviceAccountName: "default" },
        app: { env: [{ name: "AZURE_CLIENT_ID", value: "00000000-0000-0000-0000-000000000000" }] },
    }),
    "a file share by a claim": pod({
        app: { volumeMounts: [mount("share", "/share")] },
        volumes: [{ name: "share", persistentVolumeClaim: { claimName: "share", readOnly: true } }],
    }),
    "a model in an image volume": pod({
        app: { volumeMounts: [mount("model", "/model", { readOnly: true })] },
        volumes: [{ name: "model", image: { reference: "example.org/model:1", pullPolicy: "IfNotPresent" } }],
    }),
    "a log shipper of its own files": pod({
        app: { volumeMounts: [mount("logs", "/var/log/app")] },
        containers: [helper("shipper", { volumeMounts: [mount("logs", "/logs", { readOnly: true })] })],
        volumes: [{ name: "logs", emptyDir: {} }],
    }),
    "labels and annotations as files": pod({
        app: { volumeMounts: [mount("info", "/etc/podinfo")] },
        volumes: [
            { name: "info", downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
        ],
    }),
    "a mount named by a variable": pod({
        app: {
            env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
            volumeMounts: [mount("logs", "/logs", { subPathExpr: "$(POD)" })],
        },
        volumes: [{ name: "logs", emptyDir: {} }],
    }),
    "a container with another at its side in one process namespace": pod({
        containers: [helper("watcher")],
        spec: { shareProcessNamespace: true },
    }),
    "a user namespace": pod({ spec: { hostUsers: false } }),
    "a pod bound to its zone": pod({
        spec: {
            affinity: {
                podAntiAffinity: {
                    requiredDuringSchedulingIgnoredDuringExecution: [
                        { labelSelector: { matchLabels: { app: "x" } }, topologyKey: "topology.kubernetes.io/zone" },
                    ],
                },
            },
            topologySpreadConstraints: [
                {
                    maxSkew: 1,
                    topologyKey: "kubernetes.io/hostname",
                    whenUnsatisfiable: "ScheduleAnyway",
                    labelSelector: { matchLabels: { app: "x" } },
                },
            ],
        },
    }),
    "hooks and every kind of probe": pod({
        app: {
            lifecycle: { preStop: { sleep: { seconds: 5 } }, postStart: { exec: { command: ["true"] } } },
            livenessProbe: { tcpSocket: { port: 80 } },
            readinessProbe: { grpc: { port: 9000 } },
            startupProbe: { httpGet: { path: "/", port: 80, httpHeaders: [{ name: "Host", value: "app.example" }] } },
        },
    }),
    "a Windows pod": pod({ spec: { os: { name: "windows" }, nodeSelector: { "kubernetes.io/os": "windows" } } }),
    "an AppArmor profile": pod({ app: { securityContext: { appArmorProfile: { type: "RuntimeDefault" } } } }),
    "a seccomp profile of the node": pod({
        app: { securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/app.json" } } },
    }),
    "an SELinux level": pod({ spec: { securityContext: { seLinuxOptions: { level: "s0:c123,c456" } } } }),
    "huge pages": pod({
        app: {
            resources: { limits: { "hugepages-2Mi": "16Mi", memory: "64Mi" } },
            volumeMounts: [mount("huge", "/huge")],
        },
        volumes: [{ name: "huge", emptyDir: { medium: "HugePages" } }],
    }),
    "another vendor's device": pod({ app: { resources: { limits: { "nvidia.com/gpu": "1" } } } }),
    "a mount below AESM's parent": pod({
        app: { volumeMounts: [mount("run", "/var/run"), mount("conf", "/etc/aesmd.conf", { subPath: "aesmd.conf" })] },
        volumes: [
            { name: "run", emptyDir: {} },
            { name: "conf", configMap: { name: "aesmd" } },
        ],
    }),
    "a mount whose name begins like AESM's directory": pod({
        app: { volumeMounts: [mount("other", "/var/run/aesmd-exporter")] },
        volumes: [{ name: "other", emptyDir: {} }],
    }),
    "variables with names near AESM's": pod({
        app: {
            env: [
                { name: "SGX_AESM_ADDRESS", value: "x" },
                { name: "MY_SGX_AESM_ADDR", value: "y" },
            ],
        },
    }),
    "an empty volume list and empty lists everywhere": pod({
        app: { env: [], ports: [], volumeMounts: [], resources: {}, securityContext: {} },
        initContainers: [],
        volumes: [],
        spec: { tolerations: [], securityContext: {} },
    }),
    "a resource claim": pod({
        app: { resources: { claims: [{ name: "gpu" }] } },
        spec: { resourceClaims: [{ name: "gpu", resourceClaimName: "gpu" }] },
    }),
};
