/** Names of npm packages that nearly every developer has met: what a mistyped or invented name may have meant. */
export const WELL_KNOWN: readonly string[] = `
@angular/common @angular/core @angular/forms @angular/router @apollo/client @apollo/server @aws-sdk/client-dynamodb
@aws-sdk/client-s3 @aws-sdk/client-sqs @babel/core @babel/parser @babel/preset-env @babel/traverse @biomejs/biome
@emotion/react @emotion/styled @eslint/js @fastify/cors @google-cloud/storage @headlessui/react @heroicons/react
@hookform/resolvers @mui/icons-material @mui/material @nestjs/common @nestjs/core @nestjs/testing
@opentelemetry/api @playwright/test @prisma/client @reduxjs/toolkit @remix-run/react @rollup/plugin-node-resolve @sentry/node
@sentry/react @sinclair/typebox @storybook/react @supabase/supabase-js @sveltejs/kit @tailwindcss/forms @tanstack/react-query
@tanstack/react-router @tanstack/react-table @tanstack/react-virtual @testing-library/dom @testing-library/jest-dom
@testing-library/react @testing-library/user-event @trpc/client @trpc/server @types/node @types/react @typescript-eslint/parser
@vercel/analytics @vitejs/plugin-react @vitejs/plugin-vue @vue/test-utils
acorn ai ajv algoliasearch amqplib ansi-styles antd apollo-server archiver async async-mutex autoprefixer ava avsc aws-sdk axios
axios-retry babel-jest babel-loader bcrypt bcryptjs better-sqlite3 big.js bignumber.js bluebird body-parser bootstrap boxen bull
bullmq bunyan busboy c8 chai chalk chart.js cheerio chokidar class-transformer class-validator classnames cli-table3 clsx
colors comlink commander compression concurrently connect connect-redis cookie cookie-parser core-js cors cosmiconfig
cross-env cross-fetch cross-spawn crypto-js css-loader csv-parse csv-stringify cypress d3 dataloader date-fns date-fns-tz dayjs
debug decimal.js deepmerge del diff discord.js dotenv dotenv-expand drizzle-kit drizzle-orm ejs electron
electron-builder elasticsearch ember-source enquirer envalid esbuild escape-html eslint eslint-config-prettier
eslint-plugin-import eslint-plugin-react eslint-plugin-react-hooks eslint-plugin-vue espree esprima estraverse eventemitter3
eventsource execa express express-rate-limit express-session express-validator fast-check fast-deep-equal fast-glob fastify
fastq faye-websocket file-saver file-type firebase firebase-admin form-data formidable formik framer-motion fs-extra fuse.js
gatsby glob globby google-auth-library got graphql graphql-request graphql-tag gsap gulp handlebars hapi helmet highlight.js
history hono html-webpack-plugin http-errors http-proxy http-proxy-middleware husky i18next iconv-lite immer immutable inquirer
inversify io-ts ioredis jasmine jest jest-environment-jsdom jimp joi jose jotai jquery js-cookie js-yaml jsdom json5 jsonschema
jsonwebtoken jszip karma katex keyv kleur knex koa koa-router kysely langchain lerna less leva lint-staged lit lodash
lodash-es lodash.debounce lodash.merge log4js loglevel lowdb lru-cache lucide-react luxon mapbox-gl marked
mathjs memfs meow micromatch mime mime-types minimatch minimist mitt mobx mobx-react mocha moment moment-timezone
mongodb mongoose morgan ms msw multer mysql mysql2 nanoid nanostores next next-auth next-intl nock node-cron node-fetch
node-gyp nodemailer nodemon npm-run-all nuxt nyc octokit ofetch ol openai openapi-typescript ora oxlint p-limit p-map p-queue p-retry
papaparse parcel passport passport-jwt passport-local path-to-regexp pdf-lib pdfkit pg pinia pino pino-pretty playwright
pnpm postcss preact prettier prisma prom-client prompts prop-types protobufjs proxyquire pug puppeteer qs query-string
quill ramda react react-dnd react-dom react-dropzone react-helmet react-hook-form react-hot-toast react-i18next react-icons
react-intl react-markdown react-native react-query react-redux react-router react-router-dom react-select react-spring
react-table react-toastify react-virtualized recharts recoil redis redux redux-saga redux-thunk reflect-metadata rehype
remark request reselect resolve rimraf rollup rxjs sanitize-html sass sass-loader semver sequelize serve sharp shelljs
shiki signal-exit simple-git sinon slate slugify socket.io socket.io-client solid-js sql.js sqlite3 storybook
stripe styled-components stylelint superagent superstruct supertest svelte swiper swr tailwind-merge tailwindcss tap tape
terser three through2 tinybench toml tough-cookie ts-jest ts-loader ts-morph ts-node tslib tsup tsx turbo tweetnacl twilio type-fest
typeorm typescript ua-parser-js uglify-js underscore undici unified universal-cookie urql use-debounce
uuid valibot validator vite vitest vue vue-i18n vue-router vuetify vuex webpack webpack-cli webpack-dev-server winston wrangler ws
xlsx xml2js xstate yaml yargs yargs-parser yup zod zustand zx
`
  .trim()
  .split(/\s+/);
