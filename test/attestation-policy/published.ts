/*
 * Policies in the forms that Microsoft publishes (https://learn.microsoft.com/azure/attestation/policy-examples and the
 * pages of policy versions), with values of these tests.
 */
const signer = "1a".repeat(32);

export const published = {
    "the default for SGX": `version= 1.1;
configurationrules{
	=> issueproperty(type="x-ms-sgx-tcbidentifier", value="azuredefault");
};
authorizationrules{
	=> permit();
};
issuancerules{
	c:[type=="x-ms-sgx-is-debuggable"] => issue(type="is-debuggable", value=c.value);
	c:[type=="x-ms-sgx-mrsigner"] => issue(type="sgx-mrsigner", value=c.value);
	c:[type=="x-ms-sgx-mrenclave"] => issue(type="sgx-mrenclave", value=c.value);
	c:[type=="x-ms-sgx-product-id"] => issue(type="product-id", value=c.value);
	c:[type=="x-ms-sgx-svn"] => issue(type="svn", value=c.value);
	c:[type=="x-ms-attestation-type"] => issue(type="tee", value=c.value);
};
`,
    "one enclave": `version= 1.0;
authorizationrules
{
       [ type=="x-ms-sgx-is-debuggable", value==false ]
        && [ type=="x-ms-sgx-product-id", value==7 ]
        && [ type=="x-ms-sgx-svn", value>= 0 ]
        && [ type=="x-ms-sgx-mrsigner", value=="${signer}"]
    => permit();
};
issuancerules {
c:[type=="x-ms-sgx-mrsigner"] => issue(type="signer", value=c.value);
};
`,
    "several enclaves": `version= 1.0;
authorizationrules 
{
	[ type=="x-ms-sgx-is-debuggable", value==true ]&&
	[ type=="x-ms-sgx-mrsigner", value=="mrsigner1"] => permit(); 
	[ type=="x-ms-sgx-is-debuggable", value==true ]&& 
	[ type=="x-ms-sgx-mrsigner", value=="mrsigner2"] => permit(); 
};
`,
    "none at all": "version=1.0;\nauthorizationrules\n{\n=>deny();\n};\n\nissuancerules\n{\n};\n",
    "a claim of the policy's own": `version=1.0;
authorizationrules
{
    [type=="secureBootEnabled", value==true, issuer=="AttestationService"]=>permit();
};
issuancerules
{
    => issue(type="SecurityLevelValue", value=100);
};
`,
    "claims that refer to each other": `version=1.0;
authorizationrules { => permit(); };
issuancerules {
F1:[type=="OSName" , issuer=="CustomClaim"] && 
[type=="OSName" , issuer=="AttestationService", value== F1.value ] 
=> issueproperty(type="report_validity_in_minutes", value=1440);

F1:[type=="OSName" , issuer=="CustomClaim"] && 
C2:[type=="OSName" , issuer=="AttestationService", value== F1.value ] 
=> issue(claim = C2);
};
`,
    "of a TPM": `version=1.1;
configurationrules{
=> issueproperty(type = "required_pcr_mask", value = 15);
=> issueproperty(type = "require_valid_aik_cert", value = false);
};
authorizationrules { 
    => permit();
};
issuancerules
{
[type=="aikValidated", value==true]&& 
[type=="notSafeMode", value==true] => issue(type="PlatformAttested", value=true);
};
`,
    "with functions": `version=1.2;
authorizationrules { 
  => permit();
};
issuancerules
{
c:[type == "events", issuer=="AttestationService"] => add(type = "efi", value = JmesPath(c.value, "Events[?A == 'B']"));
c:[type=="efi", issuer=="AttestationPolicy"]=> issue(type = "boot", value = JsonToClaimValue(JmesPath(c.value, "[0]")));
![type=="boot", issuer=="AttestationPolicy"] => issue(type="boot", value=false);
};
`,
} as const;
