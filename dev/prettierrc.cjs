module.exports = {
    printWidth: 100,
    tabWidth: 4,
    bracketSameLine: true,
    plugins: [require.resolve("@prettier/plugin-xml")],
    overrides: [
        { files: "*.xml", options: { parser: "xml", xmlWhitespaceSensitivity: "ignore" } },
        { files: "*.{md,yml,yaml}", options: { tabWidth: 2 } },
    ],
};
