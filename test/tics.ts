/** A habit of writing that stops readers, and what to write instead. */
export interface Tic {
  readonly pattern: RegExp;
  readonly instead: string;
}

/** What no text of the library should say: documentation, comments, messages or titles of tests. */
export const tics: readonly Tic[] = [
  { pattern: /\bwhat is (?:the user's|their|its) own\b/i, instead: "the user-specific parts" },
  { pattern: /\btells\b(?! you\b)/i, instead: "returns, reports, says; distinguishes" },
  {
    pattern: /\b(?:is|are|was|were|be|been|being|as it) told\b(?! apart)|told otherwise/i,
    instead: "learns; gets; say who tells",
  },
  { pattern: /\blooked (?:for|through|at)\b/i, instead: "the active voice: searches for, checks" },
  { pattern: /\bbeside\b/i, instead: "next to, in addition to" },
  { pattern: /\bnobody\b/i, instead: "no one, nothing, or the active voice with another subject" },
  { pattern: /(?<!\bthe |\bonly )\bone that\b/i, instead: "repeat the noun" },
  {
    pattern: /\b(?:a|an|every|one|no|unanswered) register\b(?! call| input)/i,
    instead: "a registration, a RegisterTaskDefinition call",
  },
  { pattern: /\bregisters (?:and deregisters|of|are|take|share)\b/i, instead: "registrations" },
  { pattern: /\ba describe\b/i, instead: "a DescribeTaskDefinition call" },
  {
    pattern:
      /\bwhere (?:it|that|this|they) (?:cannot|could not|is not|has none|was not)\b|, where there is (?:one|no|nothing)\b|, where it has\b/i,
    instead: "if",
  },
  { pattern: /\bso many\b.*\bat a time\b/i, instead: "a maximum number of" },
  { pattern: /\bas they come\b/i, instead: "as each completes" },
  { pattern: /\bfor ever\b/i, instead: "forever" },
  { pattern: /\bbelongs? into\b/i, instead: "belongs in, put it in" },
  { pattern: /\bthan only a\b/i, instead: "that only a … adds" },
  { pattern: /\bsurely\b/i, instead: "certainly, or leave it out" },
  { pattern: /\bfor instance\b/i, instead: "for example, such as" },
  { pattern: /\b(?:one|two|\d+|some) (?:\w+ )?a (?:second|revision|row|user|room)\b/i, instead: "per" },
  { pattern: /(?<!\bthere )\bis none\b(?! of)/i, instead: "is not one, does not count" },
  { pattern: /\bas it stands\b/i, instead: "as it is, unchanged" },
  { pattern: /\bof ours\b/i, instead: "our own" },
  { pattern: /\bspare[sd]?\b/i, instead: "keeps, saves, skips" },
  { pattern: /\bwhat is no\b|\bit is no base\b/i, instead: "what is not a …" },
  { pattern: /\b(?:the same|its own|a|one|each) room\b/i, instead: "module, folder" },
  {
    pattern: /(?:^|[.,:;(] |\/\*\* |\/\/ )also (?:those|that|what|the|if|when|where|with)\b/i,
    instead: "including, even",
  },
  {
    pattern: /\bof unknown outcome\b|\bis the contrary of\b|\bis missed at once\b|\bknows none in\b/i,
    instead: "say what happens",
  },
];
