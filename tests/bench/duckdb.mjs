// Reads the export as DuckDB does: columns split, outcomes read as numbers.  Prints rows and their sum.
import { DuckDBInstance } from "@duckdb/node-api";

const connection = await (await DuckDBInstance.create(":memory:")).connect();
const number = (column) => `sum(try_cast(replace(replace(split_part("${column}", '%', 1), ' ', ''), ',', '.') AS decimal(18, 2)))`;
const columns = ["Periodens utfall", "Utfall män", "Utfall kvinnor", "Utfall VB 2022", "Årsmål", "KF:s årsmål"];
const result = await connection.runAndReadAll(
  `SELECT count(*), ${columns.map(number).join(", ")}
     FROM read_csv('${process.argv[2]}', delim = ';', header = true, all_varchar = true, null_padding = true, ignore_errors = true, quote = '')`);
console.log(result.getRows().map((row) => row.map(String).join(" ")).join("\n"));
