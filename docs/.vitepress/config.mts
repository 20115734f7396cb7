import { defineConfig } from "vitepress";
import api from "../api/typedoc-sidebar.json" with { type: "json" };
import { toSitePages } from "./site-pages.mts";

const base = process.env.DOCS_BASE ?? "/";

const page = (text: string, link: string) => ({ text, link });

export default defineConfig({
  title: "taskdef-cloner",
  description: "Give every user of your app their own Amazon ECS container",
  base,
  head: [["link", { rel: "icon", type: "image/svg+xml", href: `${base}icon.svg` }]],
  lang: "en-US",
  cleanUrls: false,
  lastUpdated: false,
  rewrites: { "site/:page": ":page" },
  markdown: { config: toSitePages },
  // Pages that a reader opens in passing; what the browser needs for them is loaded then.
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  themeConfig: {
    logo: "/icon.svg",
    search: { provider: "local" },
    outline: [2, 3],
    socialLinks: [{ icon: "github", link: "https://github.com/taskdef-cloner/taskdef-cloner" }],
    nav: [page("Guide", "/introduction"), page("API", "/api/")],
    sidebar: [
      {
        text: "Start",
        items: [
          page("Introduction", "/introduction"),
          page("Reference", "/reference"),
          page("Moving from your own code", "/moving"),
          page("Jest, CommonJS and bundlers", "/toolchains"),
          page("Testing your own code", "/testing"),
        ],
      },
      {
        text: "Guides",
        items: [
          page("Customizing clones", "/customize"),
          page("Handlers that run twice", "/attempts"),
          page("A family per user", "/family-per-user"),
          page("Fleets", "/fleets"),
          page("Fleets in a queue", "/queues"),
          page("Verify before registering", "/verify"),
          page("AWS CDK", "/cdk"),
        ],
      },
      {
        text: "Running it",
        items: [
          page("On call", "/on-call"),
          page("Events and metrics", "/events"),
          page("IAM", "/iam"),
          page("Caveats", "/caveats"),
          page("Upgrading", "/upgrading"),
        ],
      },
      { text: "API", link: "/api/", items: api },
    ],
  },
});
