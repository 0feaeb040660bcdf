import { lex, PolicySyntaxError, type Token } from "./lex";
import {
    claimProperties,
    operators,
    sections,
    versions,
    type Action,
    type AttestationPolicy,
    type ClaimProperty,
    type ClaimVerb,
    type Condition,
    type Expression,
    type PropertyCondition,
    type Rule,
    type Section,
} from "./policy";

/** Reads the text of a policy. Throws PolicySyntaxError, with the place and what is wanted there. */
export function parsePolicy(text: string): AttestationPolicy {
    return new Parser(lex(text)).policy();
}

class Parser {
    private at = 0;
    private version: AttestationPolicy["version"] = "1.0";

    constructor(private readonly tokens: readonly Token[]) {}

    policy(): AttestationPolicy {
        this.version = this.versionLine();
        const found = new Map<Section, readonly Rule[]>();
        while (this.next.kind !== "end") {
            const start = this.next;
            const section = this.section();
            if (found.has(section)) throw this.error(`${section} is there twice`, start);
            this.needs(section === "configurationrules" ? "1.1" : "1.0", section, start);
            found.set(section, this.rules(section));
        }
        const authorizationrules = found.get("authorizationrules");
        if (authorizationrules === undefined) throw this.error("authorizationrules { ... }; is missing");
        const configurationrules = found.get("configurationrules");
        const issuancerules = found.get("issuancerules");
        return {
            version: this.version,
            ...(configurationrules === undefined ? {} : { configurationrules }),
            authorizationrules,
            ...(issuancerules === undefined ? {} : { issuancerules }),
        };
    }

    private versionLine(): AttestationPolicy["version"] {
        this.word("version", "a policy starts with version=1.0; (or 1.1, 1.2)");
        this.symbol("=");
        const start = this.next;
        const text = `${this.integer()}.${(this.symbol("."), this.integer())}`;
        const version = versions.find((each) => each === text);
        if (version === undefined) throw this.error(`version ${text}: there are ${versions.join(", ")}`, start);
        this.symbol(";");
        return version;
    }

    private section(): Section {
        const names = Object.keys(sections) as Section[];
        const name = names.find((each) => each === this.next.text);
        if (name === undefined || this.next.kind !== "name") throw this.error(`${names.join(", ")} is wanted here`);
        this.at++;
        return name;
    }

    private rules(section: Section): Rule[] {
        this.symbol("{");
        const rules: Rule[] = [];
        while (!this.is("}")) rules.push(this.rule(section));
        this.symbol("}");
        this.symbol(";", `${section} { ... } ends with ";"`);
        return rules;
    }

    private rule(section: Section): Rule {
        const conditions: Condition[] = [];
        const known = new Set<string>();
        while (!this.is("=>")) {
            if (conditions.length > 0) this.symbol("&&", '"&&" or "=>" is wanted behind a condition');
            const condition = this.condition(known);
            conditions.push(condition);
            if (condition.identifier !== undefined && !condition.absent) known.add(condition.identifier);
        }
        this.symbol("=>");
        const action = this.action(section, known);
        this.symbol(";", 'a rule ends with ";"');
        return { conditions, action };
    }

    private condition(known: ReadonlySet<string>): Condition {
        const start = this.next;
        const absent = this.takes("!");
        if (absent) this.needs("1.2", "!", start);
        const identifier = this.next.kind === "name" ? this.name() : undefined;
        if (identifier !== undefined) this.symbol(":");
        if (identifier !== undefined && known.has(identifier))
            throw this.error(`${identifier} stands for two conditions`, start);
        this.symbol("[");
        const tests = [this.test(known)];
        while (this.takes(",")) tests.push(this.test(known));
        this.symbol("]");
        return { ...(identifier === undefined ? {} : { identifier }), absent, tests };
    }

    private test(known: ReadonlySet<string>): PropertyCondition {
        const property = this.property();
        const operator = operators.find((each) => this.is(each));
        if (operator === undefined) {
            const hint = this.is("=") ? 'a condition compares with "==", and "=" only sets' : "an operator is wanted";
            throw this.error(`${hint}: ${operators.join(" ")}`);
        }
        const start = this.next;
        this.at++;
        const operand = this.expression(known);
        const orders = operator !== "==" && operator !== "!=";
        if (orders && operand.kind === "literal" && typeof operand.value !== "number")
            throw this.error(`${operator} compares integers, and this is none`, start);
        return { property, operator, operand };
    }

    private action(section: Section, known: ReadonlySet<string>): Action {
        const start = this.next;
        const allowed: readonly string[] = sections[section];
        const verb = this.name();
        if (!allowed.includes(verb))
            throw this.error(`${section} has ${allowed.map((each) => `${each}()`).join(", ")}, not ${verb}()`, start);
        this.symbol("(");
        if (verb === "permit" || verb === "deny") {
            this.symbol(")", `${verb}() takes nothing`);
            return { verb };
        }
        const made = this.made(verb as ClaimVerb, known, start);
        this.symbol(")");
        return made;
    }

    /** What is between the parentheses of `add`, `issue` and `issueproperty`. */
    private made(verb: ClaimVerb, known: ReadonlySet<string>, start: Token): Action {
        if (this.next.kind === "name" && this.next.text === "claim") {
            this.at++;
            this.symbol("=");
            const at = this.next;
            const claim = this.name();
            if (!known.has(claim)) throw this.error(`no condition before is named ${claim}`, at);
            return { verb, claim };
        }
        const properties = [this.assignment(known)];
        while (this.takes(",")) properties.push(this.assignment(known));
        for (const property of ["type", "value"] as const)
            if (!properties.some((each) => each.property === property))
                throw this.error(`${verb}() needs ${property}`, start);
        return { verb, properties };
    }

    private assignment(known: ReadonlySet<string>) {
        const property = this.property();
        this.symbol("=", `"=" sets ${property}`);
        return { property, value: this.expression(known) };
    }

    private expression(known: ReadonlySet<string>): Expression {
        const token = this.next;
        this.at++;
        if (token.kind === "string") return { kind: "literal", value: token.text };
        if (token.kind === "integer") return { kind: "literal", value: this.safe(token) };
        if (token.kind === "name" && (token.text === "true" || token.text === "false"))
            return { kind: "literal", value: token.text === "true" };
        if (token.kind !== "name") throw this.error("a text, an integer, true or false is wanted", token);
        if (this.takes("(")) return this.call(token, known);
        this.symbol(".", `${token.text} is no value: a text stands in quotation marks`);
        if (!known.has(token.text)) throw this.error(`no condition before is named ${token.text}`, token);
        return { kind: "reference", identifier: token.text, property: this.property() };
    }

    private call(name: Token, known: ReadonlySet<string>): Expression {
        this.needs("1.2", `${name.text}()`, name);
        const given: Expression[] = [];
        while (!this.is(")")) {
            if (given.length > 0) this.symbol(",");
            given.push(this.expression(known));
        }
        this.symbol(")");
        return { kind: "call", name: name.text, arguments: given };
    }

    private property(): ClaimProperty {
        const found = claimProperties.find((each) => each === this.next.text);
        if (found === undefined || this.next.kind !== "name")
            throw this.error(`a property of a claim is wanted: ${claimProperties.join(", ")}`);
        this.at++;
        return found;
    }

    private safe(token: Token): number {
        const value = Number(token.text);
        if (!Number.isSafeInteger(value)) throw this.error(`${token.text} is too large`, token);
        return value;
    }

    /** Versions compare as texts: there is one digit behind the dot. */
    private needs(version: AttestationPolicy["version"], what: string, token: Token): void {
        if (this.version < version) throw this.error(`${what} needs version=${version};`, token);
    }

    private get next(): Token {
        const token = this.tokens[this.at] ?? this.tokens.at(-1);
        if (token === undefined) throw new PolicySyntaxError(1, 1, "nothing is there");
        return token;
    }

    private is(symbol: string): boolean {
        return this.next.kind === "symbol" && this.next.text === symbol;
    }

    private takes(symbol: string): boolean {
        const is = this.is(symbol);
        if (is) this.at++;
        return is;
    }

    private symbol(symbol: string, what = `"${symbol}" is wanted here`): void {
        if (!this.takes(symbol)) throw this.error(what);
    }

    private word(word: string, what: string): void {
        if (this.next.kind !== "name" || this.next.text !== word) throw this.error(what);
        this.at++;
    }

    private name(): string {
        if (this.next.kind !== "name") throw this.error("a name is wanted here");
        return this.tokens[this.at++]?.text ?? "";
    }

    private integer(): number {
        if (this.next.kind !== "integer") throw this.error("a number is wanted here");
        return this.safe(this.tokens[this.at++] ?? this.next);
    }

    private error(what: string, { line, column, kind, text } = this.next): PolicySyntaxError {
        const seen = kind === "end" ? "the end of the policy" : JSON.stringify(text);
        return new PolicySyntaxError(line, column, `${what} (at ${seen})`);
    }
}
