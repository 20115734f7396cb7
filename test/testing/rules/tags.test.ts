import { smallest } from "../inputs.ts";
import { type Input, specify } from "./specify.ts";

const withTags = (tags: Input["tags"]): Input => ({ ...smallest, tags });
const manyTags = (count: number): Input =>
  withTags(Array.from({ length: count }, (_, index) => ({ key: `key-${index}`, value: "" })));

specify("rules on tags", {
  refused: [
    { what: "an empty list", input: withTags([]), message: "Tags can not be empty." },
    { what: "51 tags", input: manyTags(51), message: "The number of tags cannot exceed 50." },
    {
      what: "a key twice",
      input: withTags([
        { key: "a", value: "1" },
        { key: "a", value: "2" },
      ]),
      message: "Duplicate tag keys found.",
    },
    {
      what: "an empty key",
      input: withTags([{ key: "", value: "" }]),
      message: "A tag key must have between 1 and 128 characters.",
    },
    {
      what: "a key of 129 characters",
      input: withTags([{ key: "k".repeat(129), value: "" }]),
      message: "A tag key must have between 1 and 128 characters.",
    },
    {
      what: "no value",
      input: withTags([{ key: "a" }]),
      message: "A tag value must have between 0 and 256 characters.",
    },
    {
      what: "a value of 257 characters",
      input: withTags([{ key: "a", value: "v".repeat(257) }]),
      message: "A tag value must have between 0 and 256 characters.",
    },
    {
      what: "characters that are not allowed",
      input: withTags([{ key: "a", value: "{}" }]),
      message: "A tag contains invalid characters.",
    },
    {
      what: "a key that is reserved by AWS",
      input: withTags([{ key: "AWS:cloudformation:stack-name", value: "" }]),
      message: "Tag keys and values that begin with aws: are reserved for system use.",
    },
    {
      what: "a value that is reserved by AWS",
      input: withTags([{ key: "a", value: "aws:b" }]),
      message: "Tag keys and values that begin with aws: are reserved for system use.",
    },
  ],
  accepted: [
    { what: "50 tags", input: manyTags(50) },
    {
      what: "AWS's prefix within a key and a value",
      input: withTags([{ key: "my-aws:key", value: "an aws:value" }]),
    },
    {
      what: "the longest key and value, of letters of any script",
      input: withTags([{ key: "é".repeat(128), value: `${"ж".repeat(247)} +-=._:/@` }]),
    },
  ],
});
