//! All models, all tenants, or all cameras.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use hashbrown::{Equivalent, HashMap};

use super::account::{Account, Reported, SLOTS};
use super::candidates::Waiting;
use super::report::{Amounts, Row};
use super::settle::Grant;
use super::{NONE, OTHER};

/// Tenant and name; of all but cameras the tenant is empty.
pub(super) type Key = (Box<str>, Box<str>);

/// The same, borrowed.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct Name<'a>(pub(super) &'a str, pub(super) &'a str);

impl Equivalent<Key> for Name<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.0 == *key.0 && *self.1 == *key.1
    }
}

impl Name<'_> {
    pub(super) fn to_key(self) -> Key {
        (self.0.into(), self.1.into())
    }
}

type Accounts = HashMap<Key, Arc<Account>>;

#[derive(Debug)]
pub(super) struct Dimension {
    limit: usize,
    accounts: ArcSwap<Accounts>,
    other: Account,
    none: Account,
    /// Taken by whoever changes the accounts.
    change: Mutex<Change>,
    waiting: Waiting,
}

/// How long a name without its place is still shown: until every scraper has had its last increments.
const SHOWN: Duration = Duration::from_secs(300);

#[derive(Debug, Default)]
struct Change {
    /// They gave up their places, and when; a call that was just ending may still have found them.
    leaving: Vec<(Instant, Arc<Account>)>,
    ended: Amounts,
}

impl Change {
    /// Ends those whose time is up.
    fn end(&mut self, now: Instant) {
        let Self { leaving, ended } = self;
        leaving.retain(|(left, account)| {
            let stays = now.saturating_duration_since(*left) < SHOWN;
            if !stays {
                ended.add(&account.settled().amounts);
            }
            stays
        });
    }

    /// The account of a name that comes back in time: its series goes on.
    fn take_back(&mut self, name: Name<'_>) -> Option<Arc<Account>> {
        Some(self.leaving.swap_remove(self.find(name)?).1)
    }

    fn find(&self, name: Name<'_>) -> Option<usize> {
        let is_it = |account: &Account| *account.tenant == *name.0 && *account.name == *name.1;
        self.leaving.iter().position(|(_, account)| is_it(account))
    }
}

/// What was reported to one account, with what was carried.
type Claims = [Reported; SLOTS];

/// What was reported to all accounts.
#[derive(Debug, Default)]
pub(super) struct Drained {
    accounts: Vec<(Arc<Account>, Claims)>,
    other: Claims,
    none: Claims,
    /// Of all of them: seconds, and whether some are new.
    pub(super) all: [(f64, bool); SLOTS],
}

impl Dimension {
    pub(super) fn new(limit: usize, price: impl Fn(&str) -> f64) -> Self {
        let of_nobody = |name| Account::new("", name, price(name));
        Self {
            limit,
            accounts: ArcSwap::default(),
            other: of_nobody(OTHER),
            none: of_nobody(NONE),
            change: Mutex::default(),
            waiting: Waiting::new(limit),
        }
    }

    /// Hands over the account of a name. Known ones are found without a lock and without an allocation.
    pub(super) fn with<T>(
        &self,
        name: Name<'_>,
        seconds: f64,
        price: impl Fn(&str) -> f64,
        then: impl FnOnce(&Account) -> T,
    ) -> T {
        match name.1 {
            "" | NONE => return then(&self.none),
            OTHER => return then(&self.other),
            _ => {}
        }
        let accounts = self.accounts.load();
        if let Some(account) = accounts.get(&name) {
            return then(account);
        }
        if accounts.len() >= self.limit {
            self.waiting.note(name, seconds);
            return then(&self.other);
        }
        drop(accounts);
        self.admit(name, &price);
        match self.accounts.load().get(&name) {
            Some(account) => then(account),
            None => then(&self.other),
        }
    }

    #[cold]
    fn admit(&self, name: Name<'_>, price: &dyn Fn(&str) -> f64) {
        let _one = self.change();
        let before = self.accounts.load_full();
        if before.len() < self.limit && !before.contains_key(&name) {
            let mut after = Accounts::clone(&before);
            after.insert(name.to_key(), Arc::new(Account::new(name.0, name.1, price(name.1))));
            self.accounts.store(Arc::new(after));
        }
    }

    /// Takes what was reported since the last time.
    pub(super) fn drain(&self) -> Drained {
        let mut drained = Drained::default();
        drained.other = take(&self.other, &mut drained.all);
        drained.none = take(&self.none, &mut drained.all);
        let leaving =
            self.change().leaving.iter().map(|(_, account)| Arc::clone(account)).collect::<Vec<_>>();
        for account in self.accounts.load().values().cloned().chain(leaving) {
            let claims = take(&account, &mut drained.all);
            drained.accounts.push((account, claims));
        }
        drained
    }

    /// Attributes what was granted, to each its share.
    pub(super) fn settle(&self, mut drained: Drained, grants: &[Grant; SLOTS], joule: f64, fade: f64) {
        // Calls that were just ending may have been seen in another dimension and not in this one.
        for (slot, grant) in grants.iter().enumerate().filter(|(_, grant)| grant.seconds > 0.0) {
            if drained.all[slot].0 <= 0.0 {
                drained.none[slot].seconds = grant.seconds;
                drained.all[slot].0 = grant.seconds;
            }
        }
        for (account, claims) in &drained.accounts {
            attribute(account, claims, &drained.all, grants, joule, fade);
        }
        attribute(&self.other, &drained.other, &drained.all, grants, joule, fade);
        attribute(&self.none, &drained.none, &drained.all, grants, joule, fade);
    }

    /// Gives the places of those who use little to those who use more than twice as much. As many as have places may be
    /// leaving at a time.
    pub(super) fn review(&self, now: Instant, fade: f64, price: impl Fn(&str) -> f64) {
        let mut candidates = self.waiting.lock();
        candidates.fade(fade);
        let mut change = self.change();
        change.end(now);
        let before = self.accounts.load_full();
        if before.len() < self.limit {
            return;
        }
        let mut by_use: Vec<_> = before.values().map(|account| (account.settled().recent, account)).collect();
        by_use.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut after = None;
        for (recent, least) in by_use {
            let has_room = change.leaving.len() < self.limit;
            let may = |(tenant, name): &Key| has_room || change.find(Name(tenant, name)).is_some();
            let Some(((tenant, name), seconds)) = candidates.take_most(2.0 * recent, may) else { break };
            let after: &mut Accounts = after.get_or_insert_with(|| Accounts::clone(&before));
            after.remove(&Name(&least.tenant, &least.name));
            let account = change.take_back(Name(&tenant, &name));
            let account = account.unwrap_or_else(|| Arc::new(Account::new(&tenant, &name, price(&name))));
            account.settled().recent = seconds;
            after.insert((tenant, name), account);
            change.leaving.push((now, Arc::clone(least)));
        }
        if let Some(after) = after {
            self.accounts.store(Arc::new(after));
        }
    }

    fn change(&self) -> MutexGuard<'_, Change> {
        self.change.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has been used, by name, and by those who gave up their places.
    pub(super) fn report(&self, has_tenant: bool) -> (Vec<Row>, Amounts) {
        let row = |account: &Account| {
            let tenant = if account.tenant.is_empty() { NONE } else { &*account.tenant };
            let tenant = (has_tenant && !matches!(&*account.name, OTHER | NONE)).then(|| tenant.into());
            Row { tenant, name: account.name.to_string(), amounts: account.settled().amounts }
        };
        let change = self.change();
        let accounts = self.accounts.load();
        let leaving = change.leaving.iter().map(|(_, account)| account);
        let mut rows: Vec<_> = accounts.values().chain(leaving).map(|account| row(account)).collect();
        rows.sort_by(|a, b| (&a.tenant, &a.name).cmp(&(&b.tenant, &b.name)));
        let of_nobody = [&self.other, &self.none].map(row);
        rows.extend(of_nobody.into_iter().filter(|row| row.amounts != Amounts::default()));
        (rows, change.ended)
    }
}

/// What was reported to an account, with what was carried.
fn take(account: &Account, all: &mut [(f64, bool); SLOTS]) -> Claims {
    let mut claims = account.take();
    let mut settled = account.settled();
    // What is reported, as for those without a place: what is granted depends on what the GPUs say.
    settled.recent += claims.iter().map(|claim| claim.seconds).sum::<f64>();
    let carried = std::mem::take(&mut settled.carried);
    for ((claim, carried), (seconds, is_fresh)) in claims.iter_mut().zip(carried).zip(all) {
        *is_fresh |= claim.seconds > 0.0;
        *claim += carried;
        *seconds += claim.seconds;
    }
    claims
}

fn attribute(
    account: &Account,
    claims: &Claims,
    all: &[(f64, bool); SLOTS],
    grants: &[Grant; SLOTS],
    joule: f64,
    fade: f64,
) {
    let mut settled = account.settled();
    settled.recent *= fade;
    for (slot, (claim, grant)) in claims.iter().zip(grants).enumerate() {
        if claim.seconds <= 0.0 {
            continue;
        }
        let of_all = claim.seconds / all[slot].0;
        let granted = *claim * (grant.seconds / all[slot].0);
        let joules = grant.seconds * grant.joules_per_second * of_all;
        settled.amounts.add(&Amounts {
            gpu_seconds: granted.seconds,
            joules,
            gpu_cost: granted.money,
            energy_cost: joules * joule,
        });
        settled.carried[slot] = *claim * (grant.carried / all[slot].0);
    }
}
