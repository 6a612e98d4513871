// What Vite adds to the language: styles as imports.
declare module '*.css';
