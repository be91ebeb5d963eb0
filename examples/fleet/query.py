#!/usr/bin/env python3
"""Runs queries over the tables of `pos-journal export`, on DuckDB or on Spark.

    query.py --engine duckdb|spark --tables DIR [--bill CSV] QUERY.sql...

Prints a JSON object: the rows of each query by its name, instants in seconds since 1970 UTC, and the
seconds that each step took. `--bill` is what `pos-journal bill --rows --format csv` prints.
"""

import argparse
import datetime
import decimal
import json
import pathlib
import sys
import time

TABLES = ["payments", "records", "open_items", "dumps"]


def duckdb_engine(args):
    import duckdb

    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    for table in TABLES:
        files = f"{args.tables}/{table}/**/*.parquet"
        # A terminal id may be all digits, and is no number.
        hive = "hive_partitioning = true, hive_types = {'terminal': VARCHAR, 'day': DATE}"
        if table == "dumps" or not any((args.tables / table).glob("terminal=*")):
            hive = "hive_partitioning = true" if table != "dumps" else "hive_partitioning = false"
        db.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{files}', {hive})")
    if args.bill:
        db.execute(
            f"CREATE VIEW bill AS SELECT * FROM read_csv('{args.bill}', header = true, "
            "all_varchar = true)"
        )
    return lambda sql: db.execute(sql).fetchall()


def spark_engine(args):
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master(f"local[{args.cores}]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.driver.memory", "2g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        # A terminal id may be all digits, and is no number.
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    for table in TABLES:
        spark.read.parquet(str(args.tables / table)).createOrReplaceTempView(table)
    if args.bill:
        spark.read.csv(str(args.bill), header=True).createOrReplaceTempView("bill")
    return lambda sql: [tuple(row) for row in spark.sql(sql).collect()]


def plain(value):
    if isinstance(value, datetime.datetime):
        # Spark's are in the time zone of this process, which is UTC; DuckDB's say theirs.
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
        return int(value.timestamp())
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return int(value)
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb")
    parser.add_argument("--tables", type=pathlib.Path, required=True)
    parser.add_argument("--bill", type=pathlib.Path)
    parser.add_argument("--cores", default="2")
    parser.add_argument("queries", type=pathlib.Path, nargs="+")
    args = parser.parse_args()

    # What a session makes of an instant on its way to Python must not depend on this machine.
    import os

    os.environ["TZ"] = "UTC"
    time.tzset()

    seconds = {}
    started = time.monotonic()
    run = {"duckdb": duckdb_engine, "spark": spark_engine}[args.engine](args)
    seconds["open"] = round(time.monotonic() - started, 2)
    answers = {}
    for path in args.queries:
        started = time.monotonic()
        rows = run(path.read_text())
        answers[path.stem] = [[plain(value) for value in row] for row in rows]
        seconds[path.stem] = round(time.monotonic() - started, 2)
    json.dump({"engine": args.engine, "seconds": seconds, "answers": answers}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
