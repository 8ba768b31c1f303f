/**
 * The operations that read secrets. `stale` reads the record before the newest write: eventual
 * consistency on demand.
 */
import { ServiceError } from '../service.ts';
import { failures } from './failures.ts';
import { optionalString, pageSize, type Request, secretId, stringList } from './request-fields.ts';
import { matchingFilters, pageOf } from './secret-filters.ts';
import {
  findLabelled,
  findVersion,
  type SecretRecord,
  type SecretVersion,
} from './secret-record.ts';
import type { SecretShelf } from './secret-shelf.ts';
import {
  describe,
  identity,
  listEntry,
  type Members,
  valueMembers,
  versionEntry,
} from './wire-shapes.ts';

export class SecretReads {
  readonly #shelf: SecretShelf;

  constructor(shelf: SecretShelf) {
    this.#shelf = shelf;
  }

  getValue(request: Request, stale: boolean): Members {
    const record = this.#readable(secretId(request), stale);
    return valueMembers(record, pickVersion(record, request));
  }

  /** Always AWSCURRENT: the operation takes neither version id nor stage. */
  batchGetValue(request: Request, stale: boolean): Members {
    const ids = stringList(request, 'SecretIdList', 20);
    const filters = request['Filters'] ?? undefined;
    if ((ids === undefined) === (filters === undefined)) {
      throw failures.invalidParameter(
        "Either 'SecretIdList' or 'Filters' must be provided, but not both.",
      );
    }
    if (ids !== undefined && (request['MaxResults'] ?? undefined) !== undefined) {
      throw failures.invalidParameter(
        "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.",
      );
    }
    const page =
      ids === undefined
        ? this.#filteredNames(request, stale)
        : { items: [...new Set(ids)], nextToken: undefined };
    const values: Members[] = [];
    const errors: Members[] = [];
    for (const id of page.items) {
      try {
        values.push(this.getValue({ SecretId: id }, stale));
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        errors.push({ SecretId: id, ErrorCode: error.name, Message: error.message });
      }
    }
    return { SecretValues: values, Errors: errors, NextToken: page.nextToken };
  }

  describe(request: Request, stale: boolean): Members {
    return describe(this.#known(secretId(request), stale));
  }

  listVersionIds(request: Request, stale: boolean): Members {
    const record = this.#known(secretId(request), stale);
    const all = request['IncludeDeprecated'] === true;
    const versions = record.versions.filter(({ labels }) => all || labels.length > 0);
    const size = pageSize(request, 'MaxResults', 100);
    const page = pageOf(versions, (version) => version.versionId, request, size);
    return {
      ...identity(record),
      Versions: page.items.map(versionEntry),
      NextToken: page.nextToken,
    };
  }

  list(request: Request, stale: boolean): Members {
    const deletedToo = request['IncludePlannedDeletion'] === true;
    const records = this.#shelf
      .all(stale)
      .filter((record) => deletedToo || record.deletionAtMs === undefined)
      .filter(matchingFilters(request));
    if (request['SortOrder'] === 'desc') records.reverse();
    const size = pageSize(request, 'MaxResults', 100);
    const page = pageOf(records, (record) => record.name, request, size);
    return { SecretList: page.items.map(listEntry), NextToken: page.nextToken };
  }

  #filteredNames(request: Request, stale: boolean) {
    const records = this.#shelf
      .all(stale)
      .filter((record) => record.deletionAtMs === undefined)
      .filter(matchingFilters(request));
    const size = pageSize(request, 'MaxResults', 20);
    const names = records.map((record) => record.name);
    return pageOf(names, (name) => name, request, size);
  }

  #known(id: string, stale: boolean): SecretRecord {
    const record = this.#shelf.find(id, stale);
    if (record === undefined) throw failures.secretNotFound();
    return record;
  }

  #readable(id: string, stale: boolean): SecretRecord {
    const record = this.#known(id, stale);
    if (record.deletionAtMs !== undefined) throw failures.markedForDeletion();
    return record;
  }
}

/** A version without labels is still there for whoever knows its id. */
function pickVersion(record: SecretRecord, request: Request): SecretVersion {
  const versionId = optionalString(request, 'VersionId', 64);
  const stage = optionalString(request, 'VersionStage', 256);
  if (versionId === undefined) {
    const label = stage ?? 'AWSCURRENT';
    const labelled = findLabelled(record, label);
    if (labelled === undefined) throw failures.labelNotFound(label);
    return labelled;
  }
  const version = findVersion(record, versionId);
  if (version === undefined) throw failures.versionNotFound(versionId);
  if (stage !== undefined && !version.labels.includes(stage)) throw failures.labelNotOfVersion();
  return version;
}
