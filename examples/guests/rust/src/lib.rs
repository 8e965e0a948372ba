//! One question, answered twice: under a grammar on a fork, and freely on the context itself, which is then saved.

mod bourse;

use bourse::{Context, Grammar, Matcher, Model, Pass};

const TOKENS_MAX: usize = 48;
const SYSTEM: &str = "You answer in one short sentence.";
const QUESTION: &str = "What is the capital of France?";
const CITIES: &str = "London|Paris|Rome";
const NAME: &str = "guest-capital";

/// A context and the position of its next token.
struct Timeline<'m> {
    model: &'m Model,
    context: Context,
    length: u32,
}

impl Timeline<'_> {
    fn new(model: &Model) -> Result<Timeline<'_>, String> {
        Ok(Timeline { model, context: Context::create(model)?, length: 0 })
    }

    fn fork(&self) -> Result<Timeline<'_>, String> {
        Ok(Timeline { model: self.model, context: self.context.fork()?, length: self.length })
    }

    /// Evaluates tokens; draws the most probable token that follows, among those that `mask` allows.
    fn evaluate(&mut self, tokens: &[u32], draw: bool, mask: Option<&[u32]>) -> Result<u32, String> {
        let page = self.context.tokens_per_page();
        let count = tokens.len() as u32;
        let room = page * self.context.working_pages() - self.context.working_tokens();
        if room < count {
            self.context.reserve((count - room).div_ceil(page))?;
        }
        let positions: Vec<u32> = (self.length..self.length + count).collect();
        let mut pass = Pass::new(self.model, &self.context);
        pass.input(tokens, &positions);
        if draw {
            pass.greedy(count - 1);
        }
        if let Some(runs) = mask {
            pass.logit_mask(runs);
        }
        let token = pass.execute()?;
        self.length += count;
        // Full pages are committed: forks share them, and they can no longer change.
        let full = self.context.working_tokens() / page;
        if full > 0 {
            self.context.commit(full)?;
        }
        Ok(token.unwrap_or_default())
    }

    /// Generates an answer, under `matcher` if there is one.
    fn answer(&mut self, matcher: Option<&Matcher>) -> Result<String, String> {
        let stops = self.model.stop_tokens();
        let mut input = self.model.cue();
        let mut drawn = Vec::new();
        while drawn.len() < TOKENS_MAX {
            let mask = matcher.map(Matcher::mask);
            let token = self.evaluate(&input, true, mask.as_deref())?;
            if stops.contains(&token) {
                break;
            }
            if let Some(matcher) = matcher {
                matcher.accept(&[token])?;
            }
            drawn.push(token);
            input = vec![token];
        }
        self.model.decode(&drawn)
    }
}

fn run() -> Result<(), String> {
    let model = Model::first()?;
    let mut trunk = Timeline::new(&model)?;
    trunk.evaluate(&model.system(SYSTEM), false, None)?;
    trunk.evaluate(&model.user(QUESTION), false, None)?;

    let grammar = Grammar::regex(CITIES)?;
    let city = trunk.fork()?.answer(Some(&Matcher::new(&grammar, &model)))?;
    bourse::send(&format!("one of three: {city}\n"));

    let answer = trunk.answer(None)?;
    bourse::send(&format!("freely: {answer}\n"));

    let _ = Context::delete(&model, NAME); // an error if there is none, which is as well
    trunk.context.save(NAME)?;
    bourse::send(&format!("saved as {NAME}\n"));
    Ok(())
}

/// The entry: `result<string, string>`. This inferlet takes no parameters, so it ignores its input.
#[export_name = "bourse:guest/run#run"]
extern "C" fn entry(_input: *const u8, _length: usize) -> *const bourse::Text {
    let result = run().map(|()| String::new());
    Box::leak(Box::new(bourse::Text::from(result)))
}
