// Imported before a program in TypeScript: from 22.18 on Node strips types itself, before it tsx does.
if (!process.features.typescript) await import('tsx');
