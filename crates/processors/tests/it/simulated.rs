use comptoir_processors::{
    BoxFuture, Processor,
    contract::{self, Bench},
    simulated::{SimulatedProcessor, TokenSpec},
};
use secrecy::SecretString;

struct InMemory(SimulatedProcessor);

impl Bench for InMemory {
    fn processor(&self) -> &dyn Processor {
        &self.0
    }

    fn token(&self, spec: TokenSpec) -> BoxFuture<'_, SecretString> {
        Box::pin(async move { self.0.issue_token(spec) })
    }

    fn captured<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, usize> {
        Box::pin(async move { self.0.captured(prefix) })
    }
}

// The in-memory processor keeps every promise of the contract.
#[tokio::test]
async fn keeps_the_contract() {
    let report = contract::check(&InMemory(SimulatedProcessor::new())).await;
    assert_eq!(report.violations, []);
    assert_eq!(report.passed.len(), 15);
}

// Whoever sees the declaration sees that no money moves.
#[test]
fn says_simulated() {
    let declaration = SimulatedProcessor::new().describe();
    assert!(declaration.simulated && declaration.psp.contains("simulated"));
}
