//! From the contract's text to the code that the crate includes.

use std::panic;

use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TypeImpl};
use serde_json::Value;

use super::{adapt, finish, open_enum, preflight, yaml};

pub struct Output {
    /// The generated client, its builders and types.
    pub client: String,
    /// The calls of `open_enum!`.
    pub vocabularies: String,
    /// The whole contract as JSON, for whoever reads it at run time.
    pub json: String,
}

/// # Errors
///
/// Everything that is wrong with the contract, each with its place.
pub fn run(text: &str) -> Result<Output, Vec<String>> {
    let contract = yaml::read(text).map_err(|error| vec![format!("openapi.yaml: {error}")])?;
    let findings = preflight::findings(&contract);
    if !findings.is_empty() {
        return Err(findings.iter().map(ToString::to_string).collect());
    }
    generate(&contract).map_err(|reason| vec![format!("openapi.yaml: {reason}")])
}

fn generate(contract: &Value) -> Result<Output, String> {
    let spec = serde_json::from_value(adapt::adapt(contract)).map_err(|error| error.to_string())?;
    let settings = settings(contract);
    // Preflight names what the generator is known to panic on; this is for what is not known yet.
    let tokens = panic::catch_unwind(|| Generator::new(&settings).generate_tokens(&spec))
        .map_err(|_| "the generator panicked (its message stands above)")?
        .map_err(|error| format!("the generator refuses the contract: {error}"))?;
    let mut file = syn::parse2(tokens).map_err(|error| format!("generated code: {error}"))?;
    finish::finish(&mut file, contract).map_err(|error| format!("generated code: {error}"))?;
    let json = serde_json::to_string(contract).map_err(|error| error.to_string())?;
    Ok(Output {
        client: prettyplease::unparse(&file),
        vocabularies: open_enum::generate(contract)?.to_string(),
        json,
    })
}

fn settings(contract: &Value) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        // Forgetting the hooks is then an error of compilation.
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote::quote!(crate::transport::Inner));
    for (name, _) in open_enum::vocabularies(contract) {
        let path = format!("crate::vocabulary::{name}");
        let impls = [TypeImpl::Display, TypeImpl::FromStr];
        settings.with_replacement(name, path, impls.into_iter());
    }
    settings
}
